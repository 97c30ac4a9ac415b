"""reshape and its -1: the one size that follows from the others."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def infer_shape(old: Sequence[int], new: Sequence[int]) -> tuple[int, ...]:
    """Return the shape that ``x.reshape(new)`` has when ``x`` has shape ``old``.

    Args:
        old: the shape of a tensor: a tuple or ``torch.Size`` of sizes >= 0.
        new: the shape asked for. One size may be -1.

    Returns:
        A tuple of ints: ``new`` with the -1, if there is one, replaced by the size it stands for.

    Raises:
        ValueError: if the number of entries is not the same, if more than one size is -1, if a
            size is less than -1, or if the -1 can't be told because another size is 0.

    >>> infer_shape((2, 6), (-1, 4))
    (3, 4)
    """
    raise NotImplementedError


def group_last(x: torch.Tensor, size: int) -> torch.Tensor:
    """Cut the last axis of ``x`` into groups of ``size`` neighbours.

    Args:
        x: a tensor with at least one axis, of any dtype. Any axis may have size 0.
        size: how many entries make a group; at least 1.

    Returns:
        A tensor of shape (..., n // size, size), where (..., n) is the shape of ``x``.

    Raises:
        ValueError: if ``n`` is not a multiple of ``size``.

    >>> group_last(torch.tensor([10, 11, 12, 13]), 2)
    tensor([[10, 11],
            [12, 13]])
    """
    raise NotImplementedError
