"""Phrases that every report for people has in common: points, states, where tensors part."""

from __future__ import annotations

from collections.abc import Sequence

from torchgrade.i18n import Catalogue
from torchgrade.report.fill import fill
from torchgrade.report.inert import one_line
from torchgrade.report.summary import Group, Points, State, format_points
from torchgrade.result import Difference, ExerciseResult, Frame, Kind, Outcome, Status

__all__ = [
    "calls_left_out",
    "count_of_tests",
    "earned_or_lost",
    "labels",
    "left_to_grading",
    "lines_left_out",
    "lost_points",
    "not_assessed_word",
    "parted",
    "place_of",
    "remarked",
    "same_in_others",
    "some_points",
    "state_word",
    "tolerance",
    "whole_file_remark",
]


def labels(_: Catalogue) -> dict[str, str]:
    """What stands before each part of a failure."""
    return {
        "call": _("call"),
        "actual": _("came back"),
        "expected": _("expected"),
        "difference": _("differs"),
        "frames": _("your code"),
        "code": _("the test"),
        "output": _("printed"),
        "advice": _("advice"),
        "speed": _("speed"),
    }


def state_word(now: State, _: Catalogue) -> str:
    match now:
        case State.PASSED:
            return _("passed")
        case State.FAILED:
            return _("failed")
        case State.NOT_STARTED:
            return _("not started")
        case State.UNGRADED:
            return _("not graded")


def not_assessed_word(_: Catalogue) -> str:
    """What is said of a test that does not count where it was graded."""
    return _("not assessed")


def remarked(heading: str, remark: str, _: Catalogue) -> str:
    """Both in one line, with the brackets of the language."""
    return fill(_("{heading} ({remark})"), heading=heading, remark=remark)


def some_points(points: float, _: Catalogue) -> str:
    shown = format_points(points)
    return fill(
        _.ngettext("{points} point", "{points} points", 1 if shown == "1" else 2), points=shown
    )


def lost_points(points: float, _: Catalogue) -> str:
    shown = format_points(points)
    return fill(
        _.ngettext("{points} point lost", "{points} points lost", 1 if shown == "1" else 2),
        points=shown,
    )


def earned_or_lost(outcome: Outcome, points: Points, _: Catalogue) -> str:
    """What a test gave: all of its points, a part of them, or how many are lost."""
    if outcome.status is Status.PASSED:
        said = some_points(points.earned, _)
    elif outcome.status is Status.FAILED and points.earned > 0:
        maximum = format_points(points.worth)
        said = fill(
            _.ngettext(
                "{earned} of {maximum} point",
                "{earned} of {maximum} points",
                1 if maximum == "1" else 2,
            ),
            earned=format_points(points.earned),
            maximum=maximum,
        )
    else:
        said = lost_points(points.lost, _)
    return fill(_("hidden test, {lost}"), lost=said) if outcome.hidden else said


def count_of_tests(result: ExerciseResult, group: Group, _: Catalogue) -> str:
    """A heading for tests that failed as one: "All 9 tests"."""
    count = len(group.outcomes)
    template = _("All {count} tests") if count == len(result.outcomes) else _("{count} tests")
    return fill(template, count=count)


def whole_file_remark(group: Group, points: float, _: Catalogue) -> str:
    """What stands behind such a heading: what is lost, or what is still to be had."""
    if group.kind is Kind.NOT_STARTED:
        return fill(_("worth {points}"), points=some_points(points, _))
    return lost_points(points, _)


def same_in_others(count: int, _: Catalogue) -> str:
    return fill(
        _.ngettext("The same in {count} more test:", "The same in {count} more tests:", count),
        count=count,
    )


def parted(index: Sequence[int], actual: str, expected: str, _: Catalogue) -> str:
    """One place where two tensors differ."""
    if not index:
        return fill(_("{actual} instead of {expected}"), actual=actual, expected=expected)
    return fill(
        _("at {index}: {actual} instead of {expected}"),
        index=str(list(index)),
        actual=actual,
        expected=expected,
    )


def tolerance(difference: Difference, _: Catalogue) -> str:
    return fill(
        _("tolerance: rtol {rtol}, atol {atol}"),
        rtol=f"{difference.rtol:.3g}",
        atol=f"{difference.atol:.3g}",
    )


def place_of(frame: Frame, _: Catalogue) -> str:
    file, function = one_line(frame.file), one_line(frame.function)
    if not function:
        return fill(_("{file}, line {line}"), file=file, line=frame.line)
    return fill(
        _("{file}, line {line}, in {function}"),
        file=file,
        line=frame.line,
        function=function,
    )


def calls_left_out(count: int, _: Catalogue) -> str:
    return fill(
        _.ngettext(
            "({count} earlier call is not shown)", "({count} earlier calls are not shown)", count
        ),
        count=count,
    )


def left_to_grading(tests: int, points: float, _: Catalogue) -> str:
    """What a student bundle leaves out; empty if it is nothing."""
    if not tests:
        return ""
    return fill(
        _.ngettext(
            "{count} more test, worth {points}, runs when answers are graded.",
            "{count} more tests, worth {points}, run when answers are graded.",
            tests,
        ),
        count=tests,
        points=some_points(points, _),
    )


def lines_left_out(count: int, _: Catalogue) -> str:
    return fill(
        _.ngettext(
            "({count} earlier line is not shown)", "({count} earlier lines are not shown)", count
        ),
        count=count,
    )
