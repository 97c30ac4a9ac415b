"""``course check``: grade one person's answers and say why they fail."""

from __future__ import annotations

import gc
import json as json_format
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from torchgrade.commands.context import Context, open_context
from torchgrade.commands.version import current
from torchgrade.course import Exercise
from torchgrade.errors import N_, UserError
from torchgrade.result import ExerciseResult
from torchgrade.sandbox.levels import Level
from torchgrade.sandbox.server import Server
from torchgrade.sandbox.start import new_server
from torchgrade.submission import Submission, read
from torchgrade.text import Text

__all__ = ["run"]

PASSED, FAILED, NOT_GRADED = 0, 1, 3


def run(
    course_dir: Path | None,
    what: tuple[str, ...],
    *,
    from_: Path | None,
    json: bool,
    verbose: bool,
    language: str | None,
    sandbox: str | None,
    color: bool | None,
) -> int:
    """Grade the answers to ``what`` (all, if empty) and report.

    The fork server is started first, so that it imports torch while this process does.

    Returns 0 if everything passed, 1 if something failed, 3 if something could not be graded.
    """
    # Importing makes many objects and no garbage.
    gc.disable()
    with new_server() as server:
        context = open_context(course_dir, language)
        exercises = context.course.select(what or ("all",))
        submission = read(from_ or context.course.root / "exercises", exercises)
        exercises = tuple(e for e in exercises if e.key in submission)
        results = _grade(context, exercises, submission, server, sandbox)
        gc.enable()
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
    server: Server,
    required: str | None,
) -> Sequence[ExerciseResult]:
    from torchgrade.commands.progress import Progress
    from torchgrade.secret import secret_of
    from torchgrade.session import Grader, Options, Subject, grade

    results: list[ExerciseResult] = []
    with Progress(len(exercises)) as progress:

        def subjects(exercise: Exercise, grader: Grader) -> Sequence[Subject]:
            return [Subject("student", submission[exercise.key])]

        def emit(subject: Subject, result: ExerciseResult) -> None:
            results.append(result)
            progress.step(result.key)

        if required is not None:
            _insist(server, Level(required))
        options = Options(secret=secret_of(context.course.root))
        grade(context.course, exercises, subjects, options, emit, server)
    order = {exercise.key: index for index, exercise in enumerate(exercises)}
    return sorted(results, key=lambda result: order[result.key])


def _insist(server: Server, required: Level) -> None:
    if server.level.at_least(required):
        return
    raise UserError(
        N_("Student code can be isolated here only at level {level}; {required} was asked for."),
        N_("{reason}. See docs/sandbox.md for what each level needs."),
        {
            "level": server.level.value,
            "required": required.value,
            "reason": server.reasons.get(required.value, ""),
        },
    )


def _write_report(
    context: Context, results: Sequence[ExerciseResult], *, verbose: bool, color: bool | None
) -> None:
    from torchgrade.report.terminal import render

    render(
        results,
        chapters=_chapters(context),
        hints={exercise.key: exercise.hints for exercise in context.course.exercises},
        language=context.language,
        file=sys.stdout,
        verbose=verbose,
        color=color,
    )


def _write_json(context: Context, results: Sequence[ExerciseResult]) -> None:
    from importlib.metadata import version

    from torchgrade.report.json_ import to_json

    document = to_json(
        results,
        title=context.course.title,
        chapters=_chapters(context),
        language=context.language,
        versions={
            "torchgrade": current(),
            "python": platform.python_version(),
            "torch": version("torch"),
        },
    )
    written = json_format.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    # UTF-8 whatever the terminal's encoding: it is for programs.
    sys.stdout.flush()
    sys.stdout.buffer.write(written.encode())
    sys.stdout.buffer.flush()


def _chapters(context: Context) -> Mapping[str, Text]:
    return {chapter.name: chapter.title for chapter in context.course.chapters}
