"""``course time``: how fast answers are, for whoever wrote them; no marks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from torchgrade.commands.context import Context, open_context
from torchgrade.commands.progress import Progress
from torchgrade.commands.results_json import write_json
from torchgrade.errors import N_, UserError
from torchgrade.grading.one import grade_one
from torchgrade.grading.process import GraderProcess
from torchgrade.i18n import catalogue
from torchgrade.report.fill import fill
from torchgrade.report.page import Page
from torchgrade.report.speed import costs, growing, measured, slowness
from torchgrade.report.wording import headline
from torchgrade.result import ExerciseResult, Kind, Outcome, Status
from torchgrade.sandbox.levels import Level
from torchgrade.submission import read
from torchgrade.timing.marked import is_timed

__all__ = ["run"]

TIMED, NOT_TIMED = 0, 1


def run(
    grader: GraderProcess,
    course_dir: Path | None,
    what: tuple[str, ...],
    *,
    from_: Path | None,
    json: bool,
    language: str | None,
    color: bool | None,
    device: str,
) -> int:
    """Time the answers to ``what`` and report. Returns 0 if all that can be timed was, else 1."""
    context = open_context(course_dir, language)
    chosen = context.course.select(what or ("all",))
    exercises = tuple(exercise for exercise in chosen if is_timed(exercise.grader))
    if not exercises:
        raise UserError(
            N_("Nothing is timed in {what}."),
            N_("These are timed: {names}."),
            {"what": " ".join(what) or "this course", "names": _names(context)},
        )
    submission = read(from_ or context.course.root / "exercises", exercises)
    exercises = tuple(e for e in exercises if e.key in submission)
    with Progress(len(exercises)) as progress:
        results = grade_one(
            grader,
            context.course,
            exercises,
            submission,
            Level.PROCESS,
            done=lambda result: progress.step(result.key),
            device=device,
        )
    results = [_only_timed(result) for result in results]
    if json:
        write_json(context, results)
    else:
        _write(context, results, color)
    timed = all(o.timing is not None for result in results for o in result.outcomes)
    return TIMED if timed else NOT_TIMED


def _names(context: Context) -> str:
    return ", ".join(e.name for e in context.course.exercises if is_timed(e.grader)) or "-"


def _only_timed(result: ExerciseResult) -> ExerciseResult:
    """The result without the tests that only say whether it is right."""
    kept = [o for o in result.outcomes if o.timing is not None or _was_to_be_timed(o)]
    wrong = [o for o in result.outcomes if o.status is Status.FAILED and not _was_to_be_timed(o)]
    # Nothing was timed because of these.
    return replace(result, outcomes=tuple(kept or wrong or result.outcomes))


def _was_to_be_timed(outcome: Outcome) -> bool:
    kind = outcome.failure.kind if outcome.failure is not None else None
    return kind in (
        *(Kind.SLOW, Kind.GROWTH, Kind.NOT_TIMED, Kind.NOT_ASSESSED),
        *(Kind.UNSTABLE, Kind.IMPLAUSIBLE),
    )


def _write(context: Context, results: Sequence[ExerciseResult], color: bool | None) -> None:
    page = Page(sys.stdout, context.language, color)
    for result in results:
        page.put(result.exercise, style="bold")
        for outcome in result.outcomes:
            page.put(outcome.title.to(page.language), indent=2)
            for sentence in _told(outcome, page.language):
                page.put(sentence, indent=4)
        page.blank()
    _ = catalogue(page.language)
    page.put(_("A self-check on this machine: no marks."), style="dim")
    page.write()


def _told(outcome: Outcome, language: str) -> Sequence[str]:
    _ = catalogue(language)
    timing = outcome.timing
    if timing is None:
        if outcome.failure is None:
            return [_("not measured")]
        return [headline(outcome.failure, language)]
    details = timing.details()
    said = [growing(details, _)] if timing.growth is not None and timing.slow else []
    if timing.sizes:
        said.append(slowness(details, _))
    said += measured(timing, _)
    if timing.slow:
        advice = costs(details, _)
        said += [advice] if advice else []
        if timing.advice is not None:
            said.append(timing.advice.to(language))
    if outcome.credit is not None:
        said.append(fill(_("{share} of the marks for speed"), share=f"{outcome.credit:.0%}"))
    return said
