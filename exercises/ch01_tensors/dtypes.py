"""Dtypes: where they come from, which of two wins, and how to change one."""

from __future__ import annotations

import numpy as np
import torch


def dtype_of_data(data: object) -> torch.dtype:
    """Tell the dtype that ``torch.tensor(data)`` chooses.

    Args:
        data: a bool, an int, a float, or a list of such data (lists in lists, too).

    >>> dtype_of_data([1, 2.5])
    torch.float32
    """
    raise NotImplementedError


def result_dtype(
    first: torch.Tensor | bool | int | float, second: torch.Tensor | bool | int | float
) -> torch.dtype:
    """Tell the dtype of ``first + second`` (or ``*``) without computing it.

    Args:
        first, second: tensors, with or without axes, of dtype bool, uint8, int32, int64,
            float16, float32 or float64; or Python numbers. At least one is a tensor.

    >>> result_dtype(torch.ones(3, dtype=torch.int32), 2.5)
    torch.float32
    """
    raise NotImplementedError


def pair(a: int, b: int) -> torch.Tensor:
    """Make the float32 tensor of shape (2,) that holds ``a`` and ``b``.

    >>> pair(2, 3)
    tensor([2., 3.])
    """
    raise NotImplementedError


def average(x: torch.Tensor) -> torch.Tensor:
    """Return the mean of all elements of ``x`` as a 0-d tensor.

    Args:
        x: at least one element; float32, float64, bool or an integer dtype.

    Returns:
        float64 for float64, float32 for all others.

    >>> average(torch.tensor([1, 2]))
    tensor(1.5000)
    """
    raise NotImplementedError


def row_and_column(position: torch.Tensor, columns: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Turn positions, counted row by row, into row and column numbers.

    Args:
        position: int64 of any shape, each 0 or more.
        columns: how many columns a row has, at least 1.

    Returns:
        Row and column, each with the shape of ``position`` and int64.

    >>> row_and_column(torch.tensor([5, 6]), 4)
    (tensor([1, 1]), tensor([1, 2]))
    """
    raise NotImplementedError


def features(array: np.ndarray) -> torch.Tensor:
    """Turn a NumPy array of numbers into a float32 tensor of the same shape.

    >>> import numpy
    >>> features(numpy.array([0.5, 1.5]))
    tensor([0.5000, 1.5000])
    """
    raise NotImplementedError
