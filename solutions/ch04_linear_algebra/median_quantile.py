"""Median and quantiles: what stands in the middle, and anywhere else, of sorted numbers."""

from __future__ import annotations

import torch


def median(x: torch.Tensor, dim: int) -> torch.Tensor:
    """The median along ``dim``; of two middle values the lower one."""
    return x.sort(dim).values.select(dim, (x.shape[dim] - 1) // 2)


def quantile(x: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    """The quantiles ``q`` of the numbers in ``x``, interpolated between neighbours."""
    if bool(((q < 0) | (q > 1)).any()):
        raise ValueError("quantiles lie between 0 and 1")
    x = x.sort().values
    position = q * (len(x) - 1)
    below = position.floor().long()
    above = position.ceil().long()
    return x[below] + (position - below) * (x[above] - x[below])


def with_mean_and_median(n: int, mean: float, median: float) -> torch.Tensor:
    """n numbers, at least 3, with a given mean and a given median."""
    x = torch.full((n,), median, dtype=torch.float64)
    x[-1] += n * (mean - median)  # one outlier carries the mean and leaves the middle alone
    return x
