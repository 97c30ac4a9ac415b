"""expand reads the same numbers again, repeat writes them again."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def expand(x: torch.Tensor, sizes: Sequence[int]) -> torch.Tensor:
    """Stretch axes of size 1, and put new ones in front, without copying a number.

    Args:
        x: a tensor of any shape, dtype and memory layout.
        sizes: the shape of the result, with at least as many sizes as ``x`` has axes. The last
            ones belong to the axes of ``x``, where -1 means "as it is"; those before them are
            sizes of new axes.

    Returns:
        A tensor that reads the memory of ``x``.

    Raises:
        ValueError: if there are fewer sizes than axes, if an axis whose size is not 1 is to get
            another size, if -1 stands for a new axis, or if a size is less than -1.

    >>> expand(torch.tensor([[1], [2]]), (-1, 3))
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    raise NotImplementedError


def repeat(x: torch.Tensor, times: Sequence[int]) -> torch.Tensor:
    """Lay copies of ``x`` side by side, like tiles.

    Args:
        x: a tensor of any shape and dtype.
        times: how many copies along each axis of the result, with at least as many numbers as
            ``x`` has axes. The last ones belong to the axes of ``x``; those before make new ones.

    Returns:
        A tensor with memory of its own, in which every entry has its own place.

    Raises:
        ValueError: if there are fewer numbers than axes, or if one is negative.

    >>> repeat(torch.tensor([1, 2]), (2, 3))
    tensor([[1, 2, 1, 2, 1, 2],
            [1, 2, 1, 2, 1, 2]])
    """
    raise NotImplementedError


def places(x: torch.Tensor) -> int:
    """Count the places in memory at which the entries of ``x`` lie.

    Args:
        x: a tensor that came out of slicing, transposing and expanding in any order.

    Returns:
        An int. Entries that share a place count once.

    >>> places(torch.zeros(3, 1).expand(3, 5)), places(torch.zeros(3, 1).repeat(1, 5))
    (3, 15)
    """
    raise NotImplementedError
