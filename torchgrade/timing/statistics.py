"""Medians, ratios and their intervals."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Interval", "exponent", "interval", "lowest", "quotient", "undisturbed"]

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


def undisturbed(references: Sequence[float], slowest: float) -> list[int]:
    """Which of the blocks between ``references`` count: those with a fast one on either side.

    Block k lies between references k and k + 1; fast is what takes at most ``slowest``. A neighbour
    on a shared machine slows each kind of code by another factor, so that a ratio, too, is another
    while it works. What is not above 0 was spoilt by one.
    """
    fast = [0 < seconds <= slowest for seconds in references]
    return [number for number, pair in enumerate(itertools.pairwise(fast)) if all(pair)]


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
