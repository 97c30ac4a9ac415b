"""``course check``: grade one person's answers and say why they fail."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from torchgrade.commands.context import Context, open_context
from torchgrade.commands.progress import Progress
from torchgrade.commands.results_json import chapter_titles, write_json
from torchgrade.course import Exercise
from torchgrade.grading.one import grade_one
from torchgrade.grading.process import GraderProcess
from torchgrade.release.bundle import manifest_of
from torchgrade.report.terminal import render
from torchgrade.result import ExerciseResult
from torchgrade.sandbox.levels import Level
from torchgrade.submission import Submission, read

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
        write_json(context, results)
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
        chapters=chapter_titles(context),
        hints={exercise.key: exercise.hints for exercise in context.course.exercises},
        language=context.language,
        file=sys.stdout,
        later=(sum(more.tests for more in left), sum(more.points for more in left)),
        verbose=verbose,
        color=color,
    )
