"""A mean that is brought up to date value by value."""

from __future__ import annotations


class RunningMean:
    """The mean of the numbers seen so far."""

    def update(self, x: float) -> None:
        """Take one more number into account."""
        raise NotImplementedError

    def value(self) -> float:
        """Return the mean of the numbers seen; 0.0 before the first."""
        raise NotImplementedError
