"""Tensors that are filled with one value, and the identity matrix."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def zero_counts(rows: int, columns: int) -> torch.Tensor:
    """Make a table for counting, with nothing counted yet."""
    return torch.zeros(rows, columns, dtype=torch.int64)


def constant(shape: Sequence[int], value: bool | int | float) -> torch.Tensor:
    """Make a float32 tensor in which every element is ``value``."""
    return torch.full(shape, value, dtype=torch.float32)


def like(
    x: torch.Tensor, value: bool | int | float, dtype: torch.dtype | None = None
) -> torch.Tensor:
    """Make a new tensor of the shape of ``x`` in which every element is ``value``."""
    return torch.full_like(x, value, dtype=dtype)


def shifted_eye(rows: int, columns: int, shift: int) -> torch.Tensor:
    """Make a matrix with ones where ``column == row + shift`` and zeros elsewhere."""
    if shift >= 0:
        return torch.eye(rows + shift, columns)[shift:]
    return torch.eye(rows, columns - shift)[:, -shift:]
