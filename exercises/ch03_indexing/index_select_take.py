"""index_select and take: positions along one axis, and positions in the flattened tensor."""

from __future__ import annotations

import torch


def index_select(x: torch.Tensor, dim: int, index: torch.Tensor) -> torch.Tensor:
    """The slices of x at the given positions along one axis.

    Args:
        x: a tensor of any dtype with at least one axis.
        dim: an axis of x; a negative one counts from the end.
        index: (k,) int64, in any order, with repetitions; k may be 0.

    Returns:
        A tensor like x, but of size k along ``dim``: its slice number i along this axis is slice
        number ``index[i]`` of x.

    Raises:
        IndexError: if an entry of index is negative or at least ``x.shape[dim]``.

    >>> index_select(torch.tensor([[1, 2, 3], [4, 5, 6]]), 1, torch.tensor([2, 0]))
    tensor([[3, 1],
            [6, 4]])
    """
    raise NotImplementedError


def take(x: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    """The entries of x at the given positions in reading order.

    Args:
        x: a tensor of any dtype and shape.
        index: int64 of any shape. Position 0 is the first entry of x, and the last axis runs
            fastest. A negative position counts from the end.

    Returns:
        A tensor of the shape of ``index`` and the dtype of ``x``.

    Raises:
        IndexError: if a position is less than -x.numel() or at least x.numel().

    >>> take(torch.tensor([[1, 2, 3], [4, 5, 6]]), torch.tensor([[2, 0], [-1, 3]]))
    tensor([[3, 1],
            [6, 4]])
    """
    raise NotImplementedError


def embed(table: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    """Replace every word number by its vector.

    Args:
        table: (vocabulary, d) of any dtype; row w is the vector of word number w.
        words: int64 of any shape, entries from 0 to vocabulary - 1.

    Returns:
        (*words.shape, d): in the place of each number its vector, along a new last axis.

    >>> embed(torch.tensor([[1, 2], [3, 4], [5, 6]]), torch.tensor([[2, 2, 0]]))
    tensor([[[5, 6],
             [5, 6],
             [1, 2]]])
    """
    raise NotImplementedError
