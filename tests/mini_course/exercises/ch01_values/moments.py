"""Mean and spread of a sample."""

from __future__ import annotations

from torch import Tensor


def average(x: Tensor) -> Tensor:
    """Return the mean of all elements, as a 0-d tensor."""
    raise NotImplementedError


def spread(x: Tensor) -> Tensor:
    """Return the standard deviation of all elements with n - 1 in the denominator."""
    raise NotImplementedError
