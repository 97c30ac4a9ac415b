"""What ``run_autograder`` runs inside Gradescope's container: one submission to results.json.

A fault of the engine or of a grader leaves no results.json and an exit code other than 0, so that
Gradescope reports a failure instead of a mark. What is printed is for instructors.
"""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from torchgrade.atomic import replace_file
from torchgrade.course import Course, Exercise, load
from torchgrade.export.gradescope import Visibility, dumped, results_json
from torchgrade.filetree import Folder
from torchgrade.grading.one import grade_one
from torchgrade.grading.process import GraderProcess, LevelTooLow
from torchgrade.i18n import catalogue
from torchgrade.intake.answers import Part, read_parts
from torchgrade.report.fill import fill
from torchgrade.report.inert import inert, one_line
from torchgrade.report.summary import format_points
from torchgrade.result import ExerciseResult
from torchgrade.sandbox.levels import Level
from torchgrade.submission import Absent, Answer

__all__ = ["main"]

GRADED, FAULT = 0, 1

_NAMED = 20
"""Files that are named to a student as not used."""


class Refused(Exception):
    """Nothing may be graded here."""


def main(root: str) -> int:
    """Grade ``root``/submission into ``root``/results/results.json; returns the exit code."""
    try:
        with GraderProcess() as grader:  # which imports torch beside what is done here
            return _run(Path(root), grader)
    except Refused as error:
        print(f"Not graded: {error}")
    except Exception:
        traceback.print_exc()
        print("Not graded: the autograder itself failed, as shown above. This costs no marks.")
    return FAULT


def _run(root: Path, grader: GraderProcess) -> int:
    started = time.monotonic()
    settings = json.loads((root / "source" / "autograder.json").read_text(encoding="utf-8"))
    course = load(root / "source" / "course")
    by_key = {exercise.key: exercise for exercise in course.exercises}
    exercises = [by_key[key] for key in settings["exercises"]]
    language = str(settings["language"])
    answers, remark = _answers(root / "submission", exercises, language)
    results = _graded(grader, course, exercises, answers, Level(settings["sandbox"]))
    wanted = Level(settings["course_sandbox"])
    lower = {r.sandbox for r in results if r.sandbox and not Level(r.sandbox).at_least(wanted)}
    for result in results:
        _print(result)
    for level in sorted(lower):
        print(f"Sandbox: {level}, which is below the course's level {wanted.value}.")
    document = results_json(
        results,
        language=language,
        hidden=Visibility(settings["hidden"]),
        seconds=time.monotonic() - started,
        output=remark,
        extra={"below_course_sandbox": bool(lower)},
    )
    if document is None:
        raise Refused("an exercise could not be graded, see above. This costs no marks; regrade.")
    target = root / "results" / "results.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, dumped(document))
    return GRADED


def _answers(
    folder: Path, exercises: Sequence[Exercise], language: str
) -> tuple[Mapping[str, Answer], str]:
    """The answers, found as `course grade` finds them, and what the student should know of it."""
    readings = read_parts([Part(Folder(folder))], exercises, ordered=False)
    absent = any(isinstance(answer, Absent) for answer in readings.answers.values())
    if not readings.unused or not absent:
        return readings.answers, ""
    _ = catalogue(language)
    names = [one_line(path.name) for path in readings.unused[:_NAMED]]
    listed = ", ".join(names) + (", ..." if len(readings.unused) > _NAMED else "")
    return readings.answers, fill(
        _("Not called like any exercise, so not graded: {files}"), files=listed
    )


def _graded(
    grader: GraderProcess,
    course: Course,
    exercises: Sequence[Exercise],
    answers: Mapping[str, Answer],
    lowest: Level,
) -> list[ExerciseResult]:
    """A result for each of ``exercises``, in their order. Raises `Refused`."""
    try:
        return grade_one(grader, course, exercises, answers, lowest)
    except LevelTooLow as error:
        level, reason = error.values["level"], error.values["reason"]
        raise Refused(
            f"this container isolates code at level {level} only, and the autograder was"
            f" built to insist on {lowest.value} ({reason}). Build it with --sandbox"
            f" {level} if that will do; docs/sandbox.md says what each level denies."
        ) from None


def _print(result: ExerciseResult) -> None:
    """What instructors want to know of a result: points, level, and whose fault it was."""
    score = result.score
    earned = "?" if score.earned is None else format_points(score.earned)
    print(f"{result.key}: {earned} of {format_points(score.maximum)} points ({result.sandbox})")
    for outcome in result.outcomes:
        if outcome.failure is not None and result.ungraded:
            told = outcome.failure.details.get("message", outcome.failure.kind.value)
            print(inert(f"  {outcome.test}: {outcome.failure.blame.value}: {told}"))
