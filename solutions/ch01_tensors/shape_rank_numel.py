"""Shapes: how many axes, how many elements, and which tensors have them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch


def rank_and_numel(shape: Sequence[int]) -> tuple[int, int]:
    """Tell how many axes and how many elements a tensor of this shape has."""
    return len(shape), math.prod(shape)


def rows_and_columns(matrix: torch.Tensor) -> tuple[int, int]:
    """Tell how many rows and how many columns a tensor with two axes has."""
    rows, columns = matrix.shape
    return rows, columns


def scalar_and_vector(value: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Put one number into a 0-d tensor and into a 1-d tensor."""
    return torch.tensor(value), torch.tensor([value])


def shape_of(data: object) -> tuple[int, ...]:
    """Tell the shape of the tensor that ``torch.tensor(data)`` would make."""
    if not isinstance(data, list):
        return ()
    shapes = {shape_of(member) for member in data}
    if len(shapes) > 1:
        raise ValueError(f"members of different shapes in one list: {sorted(shapes)}")
    return (len(data), *(shapes.pop() if shapes else ()))


def build(rank: int, length: int, numel: int) -> torch.Tensor:
    """Make a tensor of this rank, this ``len()`` and this number of elements."""
    in_each = numel // length if length else 0
    if length * in_each != numel or (rank == 1 and length != numel):
        raise ValueError(f"no tensor has rank {rank}, length {length} and {numel} elements")
    return torch.zeros(length) if rank == 1 else torch.zeros(length, *[1] * (rank - 2), in_each)
