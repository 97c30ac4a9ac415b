"""split and chunk: cut an axis into pieces, which stay parts of the tensor."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def split(x: torch.Tensor, size: int | Sequence[int], dim: int = 0) -> tuple[torch.Tensor, ...]:
    """Cut an axis into pieces of a given size, or of given sizes.

    Args:
        x: a tensor with at least one axis.
        size: an int: the size of every piece, though the last may be smaller. Or a list or tuple:
            the sizes of the pieces, in order.
        dim: the axis to cut; a negative one counts from the end.

    Returns:
        The pieces, in order, as a tuple. They are views: who writes to a piece writes to ``x``.

    Raises:
        ValueError: if ``size`` is an int less than 1, or if the sizes listed don't add up to the
            size of the axis, or if one of them is negative.

    >>> split(torch.arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    >>> split(torch.arange(5), [4, 1])
    (tensor([0, 1, 2, 3]), tensor([4]))
    """
    raise NotImplementedError


def chunk(x: torch.Tensor, count: int, dim: int = 0) -> tuple[torch.Tensor, ...]:
    """Cut an axis into at most ``count`` pieces.

    Args:
        x: a tensor whose axis ``dim`` has size 1 or more.
        count: at least 1.
        dim: the axis to cut; a negative one counts from the end.

    Returns:
        The pieces, in order, as a tuple of views. All have the size of the axis divided by
        ``count``, rounded up, except that the last may be smaller.

    >>> [len(piece) for piece in chunk(torch.arange(10), 4)]
    [3, 3, 3, 1]
    """
    raise NotImplementedError
