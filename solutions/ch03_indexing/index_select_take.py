"""index_select and take: positions along one axis, and positions in the flattened tensor."""

from __future__ import annotations

import torch


def index_select(x: torch.Tensor, dim: int, index: torch.Tensor) -> torch.Tensor:
    """The slices of x at the given positions along one axis."""
    dim %= x.dim()
    check(index, 0, x.shape[dim])
    return x[(slice(None),) * dim + (index,)]


def take(x: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    """The entries of x at the given positions in reading order."""
    check(index, -x.numel(), x.numel())
    return x.reshape(-1)[index]


def embed(table: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    """Replace every word number by its vector."""
    return table[words]


def check(index: torch.Tensor, low: int, high: int) -> None:
    """Refuse positions outside of low to high - 1."""
    if bool(((index < low) | (index >= high)).any()):
        raise IndexError(f"a position lies outside of {low} to {high - 1}")
