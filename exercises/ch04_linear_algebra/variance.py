"""Variance: the mean squared distance from the mean, and how to get it from a stream."""

from __future__ import annotations

from collections.abc import Iterable

import torch


def var(x: torch.Tensor, dim: int, correction: int = 1) -> torch.Tensor:
    """The variance along ``dim``: squared distances from the mean, over n - correction.

    x: at least one axis, float32 or float64. ``dim`` may be negative. It is not changed.
    Returns a tensor without the axis ``dim``, the dtype of ``x``; NaN if n = correction = 1.

    >>> var(torch.tensor([1.0, 2.0, 3.0, 6.0]), 0)
    tensor(4.6667)
    >>> var(torch.tensor([1.0, 2.0, 3.0, 6.0]), 0, correction=0)
    tensor(3.5000)
    """
    raise NotImplementedError


def std(x: torch.Tensor, dim: int, correction: int = 1) -> torch.Tensor:
    """The standard deviation along ``dim``; arguments and shape as in `var`.

    >>> std(torch.tensor([1.0, 2.0, 3.0, 6.0]), 0)
    tensor(2.1602)
    """
    raise NotImplementedError


def streaming_stats(
    chunks: Iterable[torch.Tensor], correction: int = 1
) -> tuple[int, torch.Tensor, torch.Tensor]:
    """Count, mean and variance of all numbers in a stream that can be read only once.

    chunks: yields 1-d tensors, float32 or float64, of any lengths (also 0); more than
        ``correction`` numbers in all. The memory of a chunk is reused for the next one.
    Returns (count, mean, variance): an int, and two 0-d tensors or Python numbers.

    >>> n, mean, variance = streaming_stats([torch.tensor([1.0, 2.0]), torch.tensor([3.0, 6.0])])
    >>> n, round(float(mean), 4), round(float(variance), 4)
    (4, 3.0, 4.6667)
    """
    raise NotImplementedError
