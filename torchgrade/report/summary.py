"""What a report says about a result, before it is worded or laid out: states, points, groups.

Pure: data in, data out. Nothing here looks into the failure of a hidden test.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from torchgrade.result import (
    WHOLE_FILE,
    Blame,
    ExerciseResult,
    Failure,
    Frame,
    Kind,
    Outcome,
    Status,
    total_weight,
)

__all__ = [
    "Group",
    "Points",
    "State",
    "failed_groups",
    "format_points",
    "hidden_failures",
    "not_assessed",
    "points_shown",
    "shown_points",
    "state",
    "test_points",
    "why_ungraded",
]

# Each test shows other values, so that two of them are never "the same again".
_ONE_OF_A_KIND = frozenset({Kind.VALUE, Kind.SHAPE, Kind.ASSERTION, Kind.SLOW, Kind.GROWTH})
# Why something could not be timed is no secret.
_OF_TIMING = frozenset({Kind.UNSTABLE, Kind.IMPLAUSIBLE})


class State(Enum):
    """One exercise of one submission, in a word."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_STARTED = "not_started"
    UNGRADED = "ungraded"


@dataclass(frozen=True)
class Group:
    """Tests that failed for the same reason; the first stands for all."""

    outcomes: tuple[Outcome, ...]
    whole_file: bool
    """The reason has nothing to do with any one test."""

    @property
    def first(self) -> Outcome:
        return self.outcomes[0]

    @property
    def kind(self) -> Kind | None:
        return _kind(self.first)

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The student's lines: those of the first test, or every place that is not started."""
        if self.kind is not Kind.NOT_STARTED:
            return self.first.failure.frames if self.first.failure else ()
        seen = (o.failure.frames for o in self.outcomes if o.failure and not o.hidden)
        return tuple(dict.fromkeys(frame for frames in seen for frame in frames))


def state(result: ExerciseResult) -> State:
    """Ungraded if any test is; not started if all visible tests say so and none passed."""
    if result.ungraded:
        return State.UNGRADED
    if result.passed:
        return State.PASSED
    visible = [outcome for outcome in result.assessed if not outcome.hidden]
    reasons = {outcome.failure.kind if outcome.failure else None for outcome in visible}
    if reasons == {Kind.NOT_STARTED}:
        return State.NOT_STARTED
    return State.FAILED


def failed_groups(result: ExerciseResult, *, apart: bool = False) -> tuple[Group, ...]:
    """The failed tests that a student may look into, in order, the same failure only once.

    ``apart`` keeps tests apart that fail alike, unless the whole file is at fault. If one such
    fault explains every visible test, the hidden ones are counted with it: they could not tell
    more. Otherwise hidden tests are left out.
    """
    found: dict[tuple[object, ...], list[Outcome]] = {}
    for index, outcome in enumerate(result.outcomes):
        if outcome.status is Status.FAILED and not outcome.hidden:
            found.setdefault(_reason(outcome, index, apart), []).append(outcome)
    groups = [
        Group(tuple(outcomes), _kind(outcomes[0]) in WHOLE_FILE) for outcomes in found.values()
    ]
    hidden = [o for o in result.outcomes if o.hidden and o.status is Status.FAILED]
    visible = sum(1 for outcome in result.assessed if not outcome.hidden)
    if len(groups) == 1 and groups[0].whole_file and len(groups[0].outcomes) == visible:
        return (Group((*groups[0].outcomes, *hidden), True),)
    return tuple(groups)


def hidden_failures(result: ExerciseResult, groups: Sequence[Group]) -> tuple[Outcome, ...]:
    """The failed hidden tests that none of ``groups`` counts already."""
    counted = {id(outcome) for group in groups for outcome in group.outcomes}
    return tuple(
        outcome
        for outcome in result.outcomes
        if outcome.hidden and outcome.status is Status.FAILED and id(outcome) not in counted
    )


def not_assessed(result: ExerciseResult) -> tuple[Outcome, ...]:
    """The tests that do not count where this was graded."""
    return tuple(o for o in result.outcomes if o.status is Status.NOT_ASSESSED)


def why_ungraded(outcomes: Sequence[Outcome]) -> Failure:
    """What a student may know of why these could not be graded.

    What became of the answer is no secret; what a grader ran into may be one.
    """
    for outcome in outcomes:
        if outcome.failure is not None and outcome.failure.kind is Kind.UNREADABLE:
            return outcome.failure
    kinds = {outcome.failure.kind for outcome in outcomes if outcome.failure}
    for outcome in outcomes:
        if kinds and kinds <= _OF_TIMING and outcome.failure is not None and not outcome.hidden:
            return outcome.failure
    kind = Kind.UNRECORDED if kinds == {Kind.UNRECORDED} else Kind.ENGINE
    return Failure(kind, Blame.ENGINE)


def test_points(outcomes: Sequence[Outcome], points: float) -> tuple[float, ...]:
    """What each test is worth in points of its exercise."""
    total = total_weight(outcomes)
    if not (math.isfinite(total) and total > 0):
        return (0.0,) * len(outcomes)
    return tuple(points * outcome.counted / total for outcome in outcomes)


@dataclass(frozen=True)
class Points:
    """Of one test, in whole hundredths as they are shown."""

    earned: float
    lost: float

    @property
    def worth(self) -> float:
        return _hundredths(self.earned + self.lost) / 100


def points_shown(result: ExerciseResult) -> tuple[Points, ...]:
    """What each test earned and lost, in whole hundredths, so that what is shown adds up.

    What was earned adds up to the points of the exercise as `format_points` shows them, and with
    what was lost to all that the exercise gives. What rounding leaves over goes to the tests that
    lost most by it, so that a third of 1 point is said to be 0.33 or 0.34. A test of which nothing
    is known counts as lost here.
    """
    worth = test_points(result.outcomes, result.points)
    shares = [outcome.share for outcome in result.outcomes]
    earned = [points * share for points, share in zip(worth, shares, strict=True)]
    lost = [points * (1 - share) for points, share in zip(worth, shares, strict=True)]
    known = result.score.earned
    total = _hundredths(math.fsum(earned) if known is None else known)
    both = zip(
        _apportioned(earned, total),
        _apportioned(lost, _hundredths(result.points) - total),
        strict=True,
    )
    return tuple(Points(had / 100, missed / 100) for had, missed in both)


def shown_points(result: ExerciseResult) -> tuple[float, ...]:
    """What `points_shown` says of each test in one number: earned if it passed, else lost."""
    return tuple(
        points.earned if outcome.status is Status.PASSED else points.lost
        for outcome, points in zip(result.outcomes, points_shown(result), strict=True)
    )


def _apportioned(points: Sequence[float], total: int) -> list[int]:
    """Hundredths for each of ``points``, ``total`` together, by largest remainders."""
    shares = [math.floor(part * 100) for part in points]
    worth = (index for index, part in enumerate(points) if part > 0)
    by_remainder = sorted(worth, key=lambda index: shares[index] - points[index] * 100)
    for index in by_remainder[: max(0, total - sum(shares))]:
        shares[index] += 1
    return shares


def format_points(points: float) -> str:
    """At most two decimals, rounded down so that 5.999 of 6 never reads as full marks."""
    return f"{_hundredths(points) / 100:.2f}".rstrip("0").rstrip(".")


def _hundredths(points: float) -> int:
    # The small term keeps 0.29 from becoming 0.28 for being stored as 0.28999...
    return math.floor(points * 100 + 1e-6)


def _kind(outcome: Outcome) -> Kind | None:
    return outcome.failure.kind if outcome.failure is not None else None


def _reason(outcome: Outcome, index: int, apart: bool) -> tuple[object, ...]:
    """Equal for two outcomes whose failures a student would read as the same."""
    failure = outcome.failure
    if failure is None or failure.kind in _ONE_OF_A_KIND:
        return (index,)
    if apart and failure.kind not in WHOLE_FILE:
        return (index,)
    details = tuple(sorted((key, repr(value)) for key, value in failure.details.items()))
    if failure.kind is Kind.NOT_STARTED:
        # One statement for the stub, however many functions it holds.
        return (failure.kind,)
    note = failure.note.versions if failure.note is not None else ()
    return (failure.kind, details, failure.where, note, failure.frames, outcome.misconception)
