"""From a ratio to a share of the marks.

The ideal is ``(ln naive - ln r) / (ln naive - ln model)``, cut off at 0 and 1: as many points for
each halving of the time. It is cut into steps, since a mark that moves with every measurement
can't be defended. Steps lie at least `STEP` apart, and so does the first from the model answer's
own ratio and the last from the naive one's: whoever answers like either is far from a border.
Where the interval covers a border, its end that favours the student counts.
"""

from __future__ import annotations

import math

__all__ = ["MOST_STEPS", "STEP", "credit", "thresholds"]

STEP = 1.3
MOST_STEPS = 5


def thresholds(model: float, naive: float) -> tuple[float, ...]:
    """Ratios, rising: whoever is at or below all of them has full marks, above all none.

    Raises ValueError if the naive answer is too fast for anything to lie between the two.
    """
    first, last = model * STEP, naive / STEP
    if not (first > 0 and first * STEP <= last < math.inf):
        raise ValueError(
            f"the naive answer is {naive:.3g} times slower than the reference and the model"
            f" answer {model:.3g} times; they must lie at least {STEP**3:.2g} times apart"
        )
    steps = min(MOST_STEPS, int(math.log(last / first) / math.log(STEP) + 1e-9))
    return tuple(first * (last / first) ** (step / steps) for step in range(steps + 1))


def credit(ratio: float, borders: tuple[float, ...]) -> float:
    """The share of the marks, from 0 to 1, that ``ratio`` earns; give the interval's lower end."""
    return sum(ratio <= border for border in borders) / len(borders)
