"""Shapes: how many axes, how many elements, and which tensors have them."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def rank_and_numel(shape: Sequence[int]) -> tuple[int, int]:
    """Tell how many axes and how many elements a tensor of this shape has.

    Args:
        shape: any number of sizes, each 0 or more.

    >>> rank_and_numel((2, 3, 4))
    (3, 24)
    """
    raise NotImplementedError


def rows_and_columns(matrix: torch.Tensor) -> tuple[int, int]:
    """Tell how many rows and how many columns a tensor with two axes has.

    Each of the two may be 0.

    >>> rows_and_columns(torch.ones(3, 4))
    (3, 4)
    """
    raise NotImplementedError


def scalar_and_vector(value: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Put one number into a 0-d tensor and into a 1-d tensor; both float32.

    >>> scalar_and_vector(2.5)
    (tensor(2.5000), tensor([2.5000]))
    """
    raise NotImplementedError


def shape_of(data: object) -> tuple[int, ...]:
    """Tell the shape of the tensor that ``torch.tensor(data)`` would make.

    Args:
        data: a Python number, or a list of such data (so lists in lists are allowed, and empty
            ones, too).

    Returns:
        The shape, the outermost size first.

    Raises:
        ValueError: if the data do not make a tensor: the members of a list differ in shape.

    >>> shape_of([[1, 2, 3], [4, 5, 6]])
    (2, 3)
    """
    raise NotImplementedError


def build(rank: int, length: int, numel: int) -> torch.Tensor:
    """Make a tensor ``x`` with ``x.dim() == rank``, ``len(x) == length``, ``x.numel() == numel``.

    Args:
        rank: at least 1.
        length, numel: at least 0.

    Returns:
        Any tensor with these three properties; what it holds does not matter.

    Raises:
        ValueError: if there is no such tensor.

    >>> len(build(3, 2, 12))
    2
    """
    raise NotImplementedError
