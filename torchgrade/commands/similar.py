"""``course similar``: which answers are more alike than chance, for a person to judge."""

from __future__ import annotations

import json as json_format
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from torchgrade.atomic import replace_file
from torchgrade.commands.classroom import find_roster, graded, need
from torchgrade.commands.context import open_context
from torchgrade.commands.progress import Progress
from torchgrade.commands.terminal import console, display
from torchgrade.course import Course, Exercise
from torchgrade.errors import N_, UserError
from torchgrade.roster import Roster
from torchgrade.submission import Source, read_file

if TYPE_CHECKING:
    from torchgrade.similar import Given, Similarity

__all__ = ["run"]

FORMAT: Final = 1


def run(
    course_dir: Path | None,
    submissions: str | None,
    what: Sequence[str],
    *,
    db: str | None,
    roster: Path | None,
    form: str | None,
    threshold: float,
    out: Path,
    json: bool,
    language: str | None,
    color: bool | None = None,
) -> int:
    """Compare the answers at ``submissions``, or else those that were graded, and write ``out``.

    ``threshold`` is a share from 0 to 1. With ``json`` the findings are printed and no page is
    written. Always returns 0: that answers are alike is no failure.
    """
    need("copydetect", "grading")
    need("jinja2", "grading")
    context = open_context(course_dir, language)
    course, _ = context.course, context.translate
    exercises = course.select(what)
    people = find_roster(course, roster)
    if submissions is None:
        answers = _from_store(course, exercises, db)
    else:
        answers = _from_folder(course, exercises, people, submissions, form)
    from torchgrade.similar import similarity

    given = _given(exercises)
    with Progress(len(exercises)) as progress:
        found = similarity(answers, given, threshold=threshold, step=progress.step)
    if json:
        json_format.dump(_document(found), sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return 0
    _write(out, found, answers, given, people, course, context.language)
    count = len(found.couples)
    told = _.ngettext(
        "{count} pair of students is alike in {path}. Likeness is no proof; look for yourself.",
        "{count} pairs of students are alike in {path}. Likeness is no proof; look for yourself.",
        count,
    ).format(count=count, path=display(out))
    console(color).print(told, markup=False, highlight=False, soft_wrap=True)
    return 0


def _from_store(
    course: Course, exercises: Sequence[Exercise], db: str | None
) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    with graded(course, db) as store:
        for student, result, source in store.results(None, exercises):
            if source is not None:
                found.setdefault(student, {})[result.key] = source
    return found


def _from_folder(
    course: Course,
    exercises: Sequence[Exercise],
    roster: Roster,
    submissions: str,
    form: str | None,
) -> Mapping[str, Mapping[str, str]]:
    from torchgrade.intake import discover

    intake = discover(submissions, course, roster, form=form, exercises=exercises)
    found: dict[str, dict[str, str]] = {}
    for handed in intake.handed:
        read = handed.read(exercises).answers
        found[handed.student] = {
            key: answer.text for key, answer in read.items() if isinstance(answer, Source)
        }
    return found


def _given(exercises: Sequence[Exercise]) -> Mapping[str, Given]:
    from torchgrade.similar import Given

    found = {}
    for exercise in exercises:
        files = (read_file(path, path.parent) for path in (exercise.stub, exercise.solution))
        found[exercise.key] = Given([file.text for file in files if isinstance(file, Source)])
    return found


def _document(found: Similarity) -> dict[str, object]:
    return {
        "format": FORMAT,
        "threshold": found.threshold,
        "students": [
            {
                "students": [couple.first, couple.second],
                "unusual": round(couple.unusual, 3),
                "pairs": [
                    {
                        "exercise": pair.exercise,
                        "overlap": round(pair.overlap, 4),
                        "unusual": round(pair.unusual, 3),
                        "shared": pair.shared,
                    }
                    for pair in couple.pairs
                ],
            }
            for couple in found.couples
        ],
        "exercises": [
            {
                "exercise": exercise.key,
                "compared": exercise.compared,
                "too_short": exercise.too_short,
                "usual": asdict(exercise.base),
                "groups": [list(cluster.students) for cluster in exercise.clusters],
            }
            for exercise in found.exercises
        ],
    }


def _write(
    out: Path,
    found: Similarity,
    answers: Mapping[str, Mapping[str, str]],
    given: Mapping[str, Given],
    roster: Roster,
    course: Course,
    language: str,
) -> None:
    from torchgrade.report.html.similar_page import similar_page

    page = similar_page(found, answers, given, roster, course.title, language)
    try:
        replace_file(out, page.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UserError(
            N_("{path} can't be written: {reason}."),
            N_("Name another file with --out."),
            {"path": display(out), "reason": error.strerror or error},
        ) from None
