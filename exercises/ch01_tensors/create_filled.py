"""Tensors that are filled with one value, and the identity matrix."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def zero_counts(rows: int, columns: int) -> torch.Tensor:
    """Make a table for counting, with nothing counted yet.

    Returns:
        (rows, columns), int64, all 0.

    >>> zero_counts(1, 2)
    tensor([[0, 0]])
    """
    raise NotImplementedError


def constant(shape: Sequence[int], value: bool | int | float) -> torch.Tensor:
    """Make a float32 tensor in which every element is ``value``.

    Args:
        shape: any number of sizes, also none or 0.
        value: a Python number of any kind. It does not decide the dtype.

    Returns:
        A tensor of shape ``shape``, always float32.

    >>> constant((2,), 7)
    tensor([7., 7.])
    """
    raise NotImplementedError


def like(
    x: torch.Tensor, value: bool | int | float, dtype: torch.dtype | None = None
) -> torch.Tensor:
    """Make a new tensor of the shape of ``x`` in which every element is ``value``.

    Args:
        x: of any shape and dtype. Left as it was.
        value: a number that the dtype of the result can hold.
        dtype: dtype of the result; None means that of ``x``.

    >>> like(torch.tensor([3, 5]), 0.5, torch.float64)
    tensor([0.5000, 0.5000], dtype=torch.float64)
    """
    raise NotImplementedError


def shifted_eye(rows: int, columns: int, shift: int) -> torch.Tensor:
    """Make a matrix with ones where ``column == row + shift`` and zeros elsewhere.

    Args:
        rows, columns: the sizes; they may differ.
        shift: how far the ones are moved to the right; a negative one moves them to the left.
            It may be larger than the matrix, which is then all zeros.

    Returns:
        (rows, columns), float32.

    >>> shifted_eye(2, 3, 1)
    tensor([[0., 1., 0.],
            [0., 0., 1.]])
    """
    raise NotImplementedError
