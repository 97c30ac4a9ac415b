"""repeat_interleave: each entry as often as its count says, before the next one comes."""

from __future__ import annotations

import torch


def owners(counts: torch.Tensor) -> torch.Tensor:
    """Return each number i, as often as counts[i] says."""
    listed = [i for i, count in enumerate(counts.tolist()) for _ in range(count)]
    return torch.tensor(listed, dtype=torch.int64)


def repeat_interleave(
    x: torch.Tensor, repeats: int | torch.Tensor, dim: int | None = None
) -> torch.Tensor:
    """Repeat the slices of ``x`` along ``dim``, or its entries in reading order without ``dim``."""
    if dim is None:
        x, dim = x.reshape(-1), 0
    return x.index_select(dim, owners(counts_for(repeats, x.shape[dim])))


def counts_for(repeats: int | torch.Tensor, length: int) -> torch.Tensor:
    """Return one count for each of ``length`` positions; ValueError if there is none."""
    counts = torch.as_tensor(repeats).reshape(-1)
    if (counts < 0).any():
        raise ValueError("nothing can be repeated a negative number of times")
    if len(counts) not in (1, length):
        raise ValueError(f"{len(counts)} counts for {length} positions")
    return counts.expand(length)
