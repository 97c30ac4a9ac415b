"""Median and quantiles: what stands in the middle, and anywhere else, of sorted numbers."""

from __future__ import annotations

import torch


def median(x: torch.Tensor, dim: int) -> torch.Tensor:
    """The median along ``dim``; of two middle values the lower one.

    x: at least one axis, no size 0, no NaN; float32, float64 or int64. ``dim`` may be negative.
    It is not changed. Returns a tensor without the axis ``dim``, the dtype of ``x``.

    >>> median(torch.tensor([4, 1, 3, 2]), 0)
    tensor(2)
    """
    raise NotImplementedError


def quantile(x: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    """The quantiles ``q`` of the numbers in ``x``, interpolated between neighbours.

    x: shape (n,), n >= 1, float32 or float64, no NaN, in any order. q: shape (k,), same dtype.
    Neither is changed. Returns shape (k,), that dtype.
    Raises ValueError if an entry of ``q`` lies outside of 0 to 1.

    >>> quantile(torch.tensor([40.0, 10.0, 20.0]), torch.tensor([0.0, 0.25, 0.9]))
    tensor([10., 15., 36.])
    """
    raise NotImplementedError


def with_mean_and_median(n: int, mean: float, median: float) -> torch.Tensor:
    """n numbers, at least 3, with a given mean and a given median.

    Returns shape (n,), float32 or float64.

    >>> x = with_mean_and_median(5, 10.0, 1.0)
    >>> float(x.mean()), float(x.sort().values[2])
    (10.0, 1.0)
    """
    raise NotImplementedError
