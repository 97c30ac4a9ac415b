"""Axes of size 1, put in and taken out: the numbers stay, only the shape changes."""

from __future__ import annotations

import torch


def unsqueeze(x: torch.Tensor, dim: int) -> torch.Tensor:
    """Return ``x`` with a new axis of size 1, which is axis ``dim`` of the result."""
    shape = list(x.shape)
    shape.insert(axis_number(dim, x.dim() + 1), 1)
    return x.reshape(shape)


def squeeze(x: torch.Tensor, dim: int) -> torch.Tensor:
    """Return ``x`` without axis ``dim`` if that has size 1, and as it is otherwise."""
    axis = axis_number(dim, x.dim())
    if x.shape[axis] != 1:
        return x
    return x.reshape(x.shape[:axis] + x.shape[axis + 1 :])


def squeeze_examples(batch: torch.Tensor) -> torch.Tensor:
    """Return ``batch`` without its axes of size 1, except axis 0, which stays."""
    return batch.reshape(batch.shape[:1] + tuple(n for n in batch.shape[1:] if n != 1))


def axis_number(dim: int, rank: int) -> int:
    """Return ``dim`` counted from the front; IndexError if there is no such axis."""
    if not -rank <= dim < rank:
        raise IndexError(f"{dim} is no axis of {rank}")
    return dim % rank
