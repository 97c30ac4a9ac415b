"""What a gradebook says beside a mark: a few plain lines for the student."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from torchgrade.i18n import catalogue
from torchgrade.report.fill import fill
from torchgrade.report.harmless import harmless
from torchgrade.report.inert import one_line
from torchgrade.report.summary import failed_groups, format_points
from torchgrade.report.wording import headline
from torchgrade.result import ExerciseResult, Kind, Outcome, Status

__all__ = ["FORMAT", "nothing_handed_in", "remark"]

FORMAT: Final = 2
"""Raised when the wording changes, so that remarks in gradebooks are made anew."""

_MOST_TESTS: Final = 12


def remark(result: ExerciseResult, language: str) -> str:
    """Points, and why they are not all; of hidden tests only title and hint.

    nbgrader's pages render it as Markdown, and a student's exception may say anything.
    """
    return harmless(_remark(result, language))


def _remark(result: ExerciseResult, language: str) -> str:
    _ = catalogue(language)
    score = result.score
    if score.earned is None:
        for outcome in result.outcomes:
            if outcome.failure is not None and outcome.failure.kind is Kind.UNREADABLE:
                return one_line(headline(outcome.failure, language))
        return _("This could not be graded yet; a person will look at it.")
    if {o.failure.kind if o.failure else None for o in result.outcomes} == {Kind.ABSENT}:
        return nothing_handed_in(language)
    points = fill(
        _("{earned} of {maximum} points"),
        earned=format_points(score.earned),
        maximum=format_points(score.maximum),
    )
    return "\n".join((points, *_reasons(result, language)))


def nothing_handed_in(language: str) -> str:
    _ = catalogue(language)
    return _("Nothing was handed in.")


def _reasons(result: ExerciseResult, language: str) -> Iterator[str]:
    """One line for each test that failed, or one for all if the file as a whole is at fault."""
    _ = catalogue(language)
    groups = failed_groups(result)
    failed = [outcome for outcome in result.outcomes if outcome.status is Status.FAILED]
    if len(groups) == 1 and groups[0].whole_file and len(groups[0].outcomes) == len(failed):
        failure = groups[0].first.failure
        if failure is not None:
            yield one_line(headline(failure, language))
            return
    said: set[str] = set()
    for outcome in failed[:_MOST_TESTS]:
        title, reason = one_line(outcome.title.to(language)), _reason(outcome, language)
        # What explains several tests need not be read several times.
        told = reason if reason not in said else ""
        said.add(reason)
        yield fill(_("- {title}: {reason}"), title=title, reason=told) if told else f"- {title}"
    more = len(failed) - _MOST_TESTS
    if more > 0:
        yield fill(
            _.ngettext("and {count} more test failed", "and {count} more tests failed", more),
            count=more,
        )


def _reason(outcome: Outcome, language: str) -> str:
    if outcome.hidden:
        return one_line(outcome.hint.to(language)) if outcome.hint else ""
    if outcome.explanation is not None:
        return one_line(outcome.explanation.to(language), 1000)
    return "" if outcome.failure is None else one_line(headline(outcome.failure, language))
