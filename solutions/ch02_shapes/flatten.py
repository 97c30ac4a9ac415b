"""Flattening: several axes become one, and the axis of the examples is not among them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import nn


def column_of(shape: Sequence[int], place: Sequence[int]) -> int:
    """Return where the entry at ``place`` stands once a tensor of ``shape`` is one long row."""
    column = 0
    for size, coordinate in zip(shape, place, strict=True):
        column = column * size + coordinate
    return column


def flatten_from(x: torch.Tensor, start: int) -> torch.Tensor:
    """Merge the axes from ``start`` to the last into one."""
    start = range(x.dim())[start]  # counts negative ones from the end, refuses what isn't there
    return x.reshape(*x.shape[:start], math.prod(x.shape[start:]))


class FlattenLayer(nn.Module):
    """Makes one row of each example: (N, *) becomes (N, number of entries per example)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return flatten_from(x, 1)
