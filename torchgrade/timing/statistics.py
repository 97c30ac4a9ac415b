"""Medians, ratios and their intervals."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "Interval",
    "calm",
    "exponent",
    "fastest",
    "interval",
    "lowest",
    "quotient",
    "undisturbed",
]

# Quantiles of Student's t for a two-sided interval of 95 %, by degrees of freedom; any table.
_T = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
)
_NORMAL = 1.960


@dataclass(frozen=True)
class Interval:
    """A value and the 95 % interval around it."""

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half the width, as a share of the value, of an interval of a ratio."""
        return math.sqrt(self.high / self.low) - 1 if self.low > 0 else math.inf


def interval(ratios: Sequence[float]) -> Interval:
    """The median ratio of several blocks, with Student's interval on the logarithm.

    A block counts as one observation: requests within it share what the machine was doing. One
    block alone has no interval, so that it reaches from 0 to infinity.
    """
    middle = statistics.median(ratios)
    if len(ratios) < 2:
        return Interval(middle, 0.0, math.inf)
    logs = [math.log(ratio) for ratio in ratios]
    error = statistics.stdev(logs) / math.sqrt(len(logs))
    reach = _reach(error, len(logs) - 1)
    mean = math.exp(statistics.fmean(logs))
    # The median is what is told; it belongs to its interval however skewed the blocks are.
    return Interval(middle, min(middle, mean / reach), max(middle, mean * reach))


def _reach(error: float, freedom: int) -> float:
    """The factor from a value to the ends of its interval; ``error`` is that of its logarithm."""
    return math.exp((_T[freedom - 1] if freedom <= len(_T) else _NORMAL) * error)


def lowest(values: Sequence[float]) -> list[float]:
    """The lower half, rounded up, of two values or more.

    A shared machine spoils a block now and then, for the time of the whole block, and always to the
    slower side; what is lowest and agrees is what the code takes.
    """
    return sorted(values)[: max(2, math.ceil(len(values) / 2))]


def fastest(values: Iterable[float]) -> tuple[float, ...]:
    """The two smallest that are above 0: what others come near to, and one more."""
    return tuple(sorted(value for value in values if value > 0)[:2])


def calm(
    references: Sequence[Sequence[float]], known: Sequence[Sequence[float]], tolerance: float
) -> list[bool]:
    """In which blocks of the reference's nobody else worked, as `undisturbed` has it."""
    return [
        all(
            0 < seconds <= tolerance * best[-1]
            for seconds, best in zip(block, known, strict=True)
            if best
        )
        for block in references
    ]


def undisturbed(
    references: Sequence[bool],
    places: Sequence[int],
    own: Sequence[float],
    own_known: Sequence[float],
    tolerance: float,
    enough: int | None = None,
) -> list[int]:
    """Which of the blocks between the reference's count: those while which nobody else worked.

    A neighbour on a shared machine slows each kind of code by another factor, so that a ratio, too,
    is another while it works. A block counts if in both references beside it each kind of request
    took at most ``tolerance`` times as long as at its `fastest`, and in the block itself those
    without work did. For these, which are fewer in the block of a slow answer and scatter more,
    twice the excess is allowed. Beside work that takes long they find nothing in the processor's
    caches, and are slow in every block: then it is the fastest of these that counts.

    That last condition is about code that ran in the student's process, who may have slowed it to
    be left ungraded. So in the end it is dropped if fewer than ``enough`` blocks fulfil it, and so
    many the others; not before, since most who fail it had a neighbour.

    Args:
        references: which of the reference's blocks were `calm`.
        places: for each block of the student's which of them was before it; the next was after.
        own: for each of the student's blocks the seconds of a request without work.
        own_known: what `fastest` such a request is in the reference's process, with as many
            inputs.
        enough: None as long as there is time for more blocks.
    """
    between = [number for number, at in enumerate(places) if all(references[at : at + 2])]
    if not own_known:
        return between
    most = (1 + 2 * (tolerance - 1)) * max(own_known[-1], min(own, default=0.0))
    chosen = [number for number in between if own[number] <= most]
    if enough is not None and len(chosen) < enough <= len(between):
        return between
    return chosen


def quotient(ones: Sequence[float], others: Sequence[float]) -> Interval:
    """How many times ``others`` the ``ones`` are, from two or more blocks of each.

    Of each the lower half counts, by the mean of its logarithms; the interval is Student's for
    the difference of two means. A block is one observation: requests within it share what the
    machine was doing.
    """
    logs = [[math.log(value) for value in lowest(values)] for values in (ones, others)]
    value = math.exp(statistics.fmean(logs[0]) - statistics.fmean(logs[1]))
    error = math.sqrt(sum(statistics.variance(part) / len(part) for part in logs))
    reach = _reach(error, sum(len(part) - 1 for part in logs))
    return Interval(value, value / reach, value * reach)


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The slope of log time over log size: p where time grows like size ** p, least squares."""
    xs, ys = [math.log(size) for size in sizes], [math.log(time) for time in seconds]
    return statistics.linear_regression(xs, ys).slope
