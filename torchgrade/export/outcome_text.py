"""One outcome in plain text, for programs that show a box of text per test.

Of a hidden test only its hint is told.
"""

from __future__ import annotations

from torchgrade.i18n import Catalogue, catalogue
from torchgrade.report.excerpt import clip, last_lines
from torchgrade.report.fill import fill
from torchgrade.report.inert import inert
from torchgrade.report.phrases import labels, parted, place_of
from torchgrade.report.speed import measured
from torchgrade.report.summary import why_ungraded
from torchgrade.report.wording import headline, remedy
from torchgrade.result import Failure, Outcome, Status

__all__ = ["in_one_line", "in_text"]

_LINES_OF_VALUE = 12
_LINES_OF_OUTPUT = 20


def in_one_line(outcome: Outcome, language: str) -> str:
    """Why it did not pass; ``""`` if it did or if it is hidden."""
    if outcome.status is Status.UNGRADED:
        return headline(why_ungraded([outcome]), language)
    if outcome.hidden or outcome.failure is None:
        return ""
    return inert(headline(outcome.failure, language))


def in_text(outcome: Outcome, language: str) -> str:
    """What a student should read about it, inert; ``""`` if there is nothing to say."""
    _ = catalogue(language)
    if outcome.status is Status.PASSED:
        return ""
    if outcome.hidden:
        hint = outcome.hint.to(language) if outcome.hint else ""
        return fill(_("Hint: {hint}"), hint=inert(hint)) if hint else ""
    parts = [in_one_line(outcome, language)]
    if outcome.status is Status.FAILED and outcome.failure is not None:
        parts += _failure(outcome.failure, language, _)
    if outcome.timing is not None:
        parts.append(_block(labels(_)["speed"], inert("\n".join(measured(outcome.timing, _)))))
    if outcome.explanation is not None:
        parts.append(inert(outcome.explanation.to(language)))
    left_out, lines = last_lines(outcome.output, _LINES_OF_OUTPUT)
    if lines:
        dots = "...\n" if left_out else ""
        parts.append(_block(labels(_)["output"], inert(dots + "\n".join(lines))))
    return "\n\n".join(part for part in parts if part)


def _failure(failure: Failure, language: str, _: Catalogue) -> list[str]:
    name = labels(_)
    parts: list[str] = []
    if failure.call:
        given = [failure.call, *(f"{key} = {value}" for key, value in failure.arguments)]
        parts.append(_block(name["call"], "\n".join(_clipped(line) for line in given)))
    if failure.actual is not None:
        parts.append(_block(name["actual"], _clipped(failure.actual)))
    if failure.expected is not None:
        parts.append(_block(name["expected"], _clipped(failure.expected)))
    if failure.difference is not None:
        worst = failure.difference
        told = parted(worst.worst_index, worst.worst_actual, worst.worst_expected, _)
        parts.append(_block(name["difference"], inert(told)))
    if failure.frames:
        told = "\n".join(f"{place_of(f, _)}\n    {f.source.strip()}" for f in failure.frames[-4:])
        parts.append(_block(name["frames"], inert(told)))
    advice = remedy(failure, language)
    if advice:
        parts.append(inert(advice))
    return parts


def _clipped(text: str) -> str:
    return inert(clip(text, _LINES_OF_VALUE))


def _block(label: str, text: str) -> str:
    return f"{label}:\n" + "\n".join(f"    {line}" for line in text.split("\n"))
