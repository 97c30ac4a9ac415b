"""A mean that is brought up to date value by value."""

from __future__ import annotations


class RunningMean:
    """The mean of the numbers seen so far."""

    def __init__(self) -> None:
        self._total = 0.0
        self._count = 0

    def update(self, x: float) -> None:
        """Take one more number into account."""
        self._total += x
        self._count += 1

    def value(self) -> float:
        """Return the mean of the numbers seen; 0.0 before the first."""
        return self._total / self._count if self._count else 0.0
