"""``course check``: grade one person's answers and say why they fail."""

from __future__ import annotations

import json as json_format
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from torchgrade.commands.context import Context, open_context
from torchgrade.commands.progress import Progress
from torchgrade.commands.version import versions
from torchgrade.course import Exercise
from torchgrade.grading.one import grade_one
from torchgrade.grading.process import GraderProcess
from torchgrade.release.bundle import manifest_of
from torchgrade.report.json_ import to_json
from torchgrade.report.terminal import render
from torchgrade.result import ExerciseResult
from torchgrade.sandbox.levels import Level
from torchgrade.submission import Submission, read
from torchgrade.text import Text

__all__ = ["run"]

PASSED, FAILED, NOT_GRADED = 0, 1, 3


def run(
    grader: GraderProcess,
    course_dir: Path | None,
    what: tuple[str, ...],
    *,
    from_: Path | None,
    json: bool,
    verbose: bool,
    language: str | None,
    sandbox: str | None,
    color: bool | None,
    timing: bool,
    device: str,
) -> int:
    """Grade the answers to ``what`` (all, if empty) and report.

    ``grader`` was started before this module was imported: it imports torch meanwhile.

    Returns 0 if everything passed, 1 if something failed, 3 if something could not be graded.
    """
    context = open_context(course_dir, language)
    exercises = context.course.select(what or ("all",))
    submission = read(from_ or context.course.root / "exercises", exercises)
    exercises = tuple(e for e in exercises if e.key in submission)
    terms = {"timing": "told" if timing else "off", "device": device}
    results = _grade(context, exercises, submission, grader, sandbox, terms)
    if json:
        _write_json(context, results)
    else:
        _write_report(context, results, verbose=verbose, color=color)
    if any(result.ungraded for result in results):
        return NOT_GRADED
    return PASSED if all(result.passed for result in results) else FAILED


def _grade(
    context: Context,
    exercises: Sequence[Exercise],
    submission: Submission,
    grader: GraderProcess,
    required: str | None,
    terms: Mapping[str, str],
) -> Sequence[ExerciseResult]:
    level = Level(required) if required else Level.PROCESS
    with Progress(len(exercises)) as progress:
        return grade_one(
            grader,
            context.course,
            exercises,
            submission,
            level,
            done=lambda result: progress.step(result.key),
            **terms,
        )


def _write_report(
    context: Context, results: Sequence[ExerciseResult], *, verbose: bool, color: bool | None
) -> None:
    manifest = manifest_of(context.course.root)
    left = [manifest.later[r.key] for r in results if r.key in manifest.later] if manifest else []
    render(
        results,
        chapters=_chapters(context),
        hints={exercise.key: exercise.hints for exercise in context.course.exercises},
        language=context.language,
        file=sys.stdout,
        later=(sum(more.tests for more in left), sum(more.points for more in left)),
        verbose=verbose,
        color=color,
    )


def _write_json(context: Context, results: Sequence[ExerciseResult]) -> None:
    document = to_json(
        results,
        title=context.course.title,
        chapters=_chapters(context),
        language=context.language,
        versions=versions(),
    )
    written = json_format.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    # UTF-8 whatever the terminal's encoding: it is for programs.
    sys.stdout.flush()
    sys.stdout.buffer.write(written.encode())
    sys.stdout.buffer.flush()


def _chapters(context: Context) -> Mapping[str, Text]:
    return {chapter.name: chapter.title for chapter in context.course.chapters}
