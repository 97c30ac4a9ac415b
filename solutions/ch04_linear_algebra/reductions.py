"""Reductions: which axes are added up, which stay, and in what order they lie."""

from __future__ import annotations

import torch


def sum_over(x: torch.Tensor, dims: int | tuple[int, ...], keepdim: bool = False) -> torch.Tensor:
    """The sum over one axis or several."""
    axes = axes_of(x, dims)
    for axis in sorted(axes, reverse=True):  # from the last on, so that no axis moves too early
        total = torch.zeros_like(x.select(axis, 0))
        for part in x.unbind(axis):
            total = total + part
        x = total.unsqueeze(axis) if keepdim else total
    return x


def mean_over(x: torch.Tensor, dims: int | tuple[int, ...], keepdim: bool = False) -> torch.Tensor:
    """The mean over one axis or several."""
    count = 1
    for axis in axes_of(x, dims):
        count *= x.shape[axis]
    return sum_over(x, dims, keepdim) / count


def normalise_rows(x: torch.Tensor) -> torch.Tensor:
    """Divide every row (along the last axis) by its own sum."""
    return x / sum_over(x, -1, keepdim=True)


def running_sum(x: torch.Tensor, dim: int) -> torch.Tensor:
    """The sums of the first 1, 2, 3, ... slices along ``dim``."""
    total = torch.zeros_like(x.select(dim, 0))
    totals = []
    for part in x.unbind(dim):
        total = total + part
        totals.append(total)
    return torch.stack(totals, dim)


def axes_of(x: torch.Tensor, dims: int | tuple[int, ...]) -> set[int]:
    """The axes that ``dims`` names, none of them negative."""
    return {d % x.dim() for d in ((dims,) if isinstance(dims, int) else dims)}
