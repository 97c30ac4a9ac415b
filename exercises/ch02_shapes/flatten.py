"""Flattening: several axes become one, and the axis of the examples is not among them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn


def column_of(shape: Sequence[int], place: Sequence[int]) -> int:
    """Return where an entry stands once its tensor is flattened to one long row.

    Args:
        shape: the shape of the tensor; any number of axes.
        place: the coordinates of the entry, one for each axis, counted from 0.

    Returns:
        The number of entries before it in reading order, an int.

    >>> column_of((2, 3), (1, 0))
    3
    """
    raise NotImplementedError


def flatten_from(x: torch.Tensor, start: int) -> torch.Tensor:
    """Merge the axes of ``x`` from ``start`` to the last into one.

    Args:
        x: a tensor with at least one axis, of any dtype and memory layout. Sizes may be 0.
        start: an axis of ``x``; a negative one counts from the end.

    Returns:
        The same numbers in the same reading order; the axes before ``start`` stay.

    Raises:
        IndexError: if ``x`` has no axis ``start``.

    >>> flatten_from(torch.zeros(2, 3, 4, 5), 2).shape
    torch.Size([2, 3, 20])
    """
    raise NotImplementedError


class FlattenLayer(nn.Module):
    """A layer that makes one row of each example, whatever the shape of an example.

    (N, *) becomes (N, number of entries per example), for inputs with two axes or more. N may
    be 0. Gradients flow through it. It has no parameters.

    >>> FlattenLayer()(torch.zeros(5, 2, 3)).shape
    torch.Size([5, 6])
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError
