"""Gradients of sums and means, by hand: what backward() would leave in .grad."""

from __future__ import annotations

from torch import Tensor


def sum_gradient(x: Tensor, c: Tensor) -> Tensor:
    """The gradient of ``(c * x**3).sum()`` by ``x``."""
    return 3 * c * x**2


def mean_gradient(x: Tensor) -> Tensor:
    """The gradient of ``(3 * (x + 2)**2).mean()`` by ``x``."""
    return 6 * (x + 2) / x.numel()


def regression_gradients(x: Tensor, w: Tensor, b: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The gradients of ``((x @ w + b - y)**2).mean()`` by ``w`` and by ``b``."""
    slope = 2 * (x @ w + b - y) / y.numel()  # by the prediction, entry by entry
    return x.T @ slope, slope.sum(0)
