"""cat lengthens an axis, stack makes a new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch


def cat(tensors: Sequence[torch.Tensor], dim: int) -> torch.Tensor:
    """Join ``tensors`` one behind the other along axis ``dim``; ValueError if they don't fit."""
    refuse_different(other_sizes(t, dim) for t in tensors)
    return joined(tensors, dim)


def stack(tensors: Sequence[torch.Tensor], dim: int) -> torch.Tensor:
    """Put ``tensors`` side by side along a new axis ``dim``; ValueError if shapes differ."""
    refuse_different(tuple(t.shape) for t in tensors)
    return joined([t.unsqueeze(dim) for t in tensors], dim)


def joined(tensors: Sequence[torch.Tensor], dim: int) -> torch.Tensor:
    """Write each tensor into its own slice of a longer one."""
    shape = list(tensors[0].shape)
    shape[dim] = sum(t.shape[dim] for t in tensors)
    result = tensors[0].new_empty(shape)
    start = 0
    for t in tensors:
        result.narrow(dim, start, t.shape[dim]).copy_(t)
        start += t.shape[dim]
    return result


def other_sizes(x: torch.Tensor, dim: int) -> tuple[int, ...]:
    """Return the shape of ``x`` without axis ``dim``."""
    sizes = list(x.shape)
    del sizes[dim]
    return tuple(sizes)


def refuse_different(shapes: Iterable[tuple[int, ...]]) -> None:
    """Raise ValueError unless there are shapes, and all are the same."""
    if len(set(shapes)) != 1:
        raise ValueError("one or more tensors are needed, of shapes that fit each other")
