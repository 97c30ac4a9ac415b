"""Dtypes: where they come from, which of two wins, and how to change one."""

from __future__ import annotations

import numpy as np
import torch

CATEGORIES = (
    (torch.bool,),
    (torch.uint8, torch.int32, torch.int64),
    (torch.float16, torch.float32, torch.float64),
)
ORDER = [dtype for category in CATEGORIES for dtype in category]
OF_PYTHON = {bool: torch.bool, int: torch.int64, float: torch.float32}


def category(dtype: torch.dtype) -> int:
    """0 for bool, 1 for integers, 2 for floats."""
    return next(number for number, members in enumerate(CATEGORIES) if dtype in members)


def weight_and_dtype(operand: torch.Tensor | bool | int | float) -> tuple[int, torch.dtype]:
    """Tell how much an operand weighs, and its dtype."""
    if isinstance(operand, torch.Tensor):
        return (2 if operand.dim() else 1), operand.dtype
    return 0, OF_PYTHON[type(operand)]


def winner(weight: int, dtype: torch.dtype, other_weight: int, other: torch.dtype) -> torch.dtype:
    """Tell which dtype two operands agree on."""
    later = max(dtype, other, key=ORDER.index)
    if weight == other_weight:
        return later
    light, heavy = (dtype, other) if weight < other_weight else (other, dtype)
    return later if category(light) > category(heavy) else heavy


def dtype_of_data(data: object) -> torch.dtype:
    """Tell the dtype that ``torch.tensor(data)`` chooses."""
    if not isinstance(data, list):
        return OF_PYTHON[type(data)]
    if not data:
        return torch.float32
    return max((dtype_of_data(member) for member in data), key=ORDER.index)


def result_dtype(
    first: torch.Tensor | bool | int | float, second: torch.Tensor | bool | int | float
) -> torch.dtype:
    """Tell the dtype of ``first + second`` without computing it."""
    return winner(*weight_and_dtype(first), *weight_and_dtype(second))


def pair(a: int, b: int) -> torch.Tensor:
    """Make the float32 tensor of shape (2,) that holds ``a`` and ``b``."""
    return torch.tensor([a, b], dtype=torch.float32)


def average(x: torch.Tensor) -> torch.Tensor:
    """Return the mean of all elements of ``x`` as a 0-d tensor."""
    return x.mean() if x.is_floating_point() else x.mean(dtype=torch.float32)


def row_and_column(position: torch.Tensor, columns: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Turn positions, counted row by row, into row and column numbers."""
    return position // columns, position % columns


def features(array: np.ndarray) -> torch.Tensor:
    """Turn a NumPy array of numbers into a float32 tensor of the same shape."""
    return torch.from_numpy(array).float()
