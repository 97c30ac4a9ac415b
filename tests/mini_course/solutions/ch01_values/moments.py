"""Mean and spread of a sample."""

from __future__ import annotations

from torch import Tensor


def average(x: Tensor) -> Tensor:
    """Return the mean of all elements, as a 0-d tensor."""
    return x.sum() / x.numel()


def spread(x: Tensor) -> Tensor:
    """Return the standard deviation of all elements with n - 1 in the denominator."""
    return (((x - average(x)) ** 2).sum() / (x.numel() - 1)).sqrt()
