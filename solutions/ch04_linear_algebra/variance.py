"""Variance: the mean squared distance from the mean, and how to get it from a stream."""

from __future__ import annotations

from collections.abc import Iterable

import torch


def var(x: torch.Tensor, dim: int, correction: int = 1) -> torch.Tensor:
    """The variance along ``dim``, the squares divided by n - correction."""
    deviations = x - x.mean(dim, keepdim=True)
    return deviations.square().sum(dim) / (x.shape[dim] - correction)


def std(x: torch.Tensor, dim: int, correction: int = 1) -> torch.Tensor:
    """The standard deviation along ``dim``: the root of the variance."""
    return var(x, dim, correction).sqrt()


def streaming_stats(
    chunks: Iterable[torch.Tensor], correction: int = 1
) -> tuple[int, torch.Tensor, torch.Tensor]:
    """Count, mean and variance of all numbers in a stream that can be read only once."""
    n = 0
    mean = squares = torch.zeros(())
    for chunk in chunks:
        k = chunk.numel()
        if k == 0:
            continue
        # Two groups become one: their squares, each around its own mean, and what it adds that
        # the two means lie apart (Chan, Golub, LeVeque; for k = 1 this is Welford's step).
        own_mean = chunk.mean()
        apart = own_mean - mean
        squares = squares + (chunk - own_mean).square().sum() + apart**2 * (n * k / (n + k))
        n += k
        mean = mean + apart * (k / n)
    return n, mean, squares / (n - correction)
