"""Rounding in its five directions, rebuilt from floor, and clamping."""

from __future__ import annotations

import torch


def trunc(x: torch.Tensor) -> torch.Tensor:
    """Drop the digits behind the point: round towards zero.

    Args:
        x: float32 or float64 of any shape; finite, of any size. Left as it was, here and below.

    Returns:
        A tensor of the same shape and dtype.

    >>> trunc(torch.tensor([-1.75, 1.75]))
    tensor([-1.,  1.])
    """
    raise NotImplementedError


def frac(x: torch.Tensor) -> torch.Tensor:
    """The part behind the point, with the sign of x, so that ``trunc(x) + frac(x)`` is x.

    Arguments and result as in ``trunc``.

    >>> frac(torch.tensor([-1.75, 1.75]))
    tensor([-0.7500,  0.7500])
    """
    raise NotImplementedError


def round_half_even(x: torch.Tensor) -> torch.Tensor:
    """The nearest whole number; in the middle between two, the even one of them.

    Arguments and result as in ``trunc``.

    >>> round_half_even(torch.tensor([0.5, 1.5, 2.5, 2.75]))
    tensor([0., 2., 2., 3.])
    """
    raise NotImplementedError


def clamp(x: torch.Tensor, low: float | None = None, high: float | None = None) -> torch.Tensor:
    """Bring every element into the range from ``low`` to ``high``.

    What is smaller than ``low`` becomes ``low``; after that, what is larger than ``high`` becomes
    ``high``. A bound that is None doesn't apply.

    Args:
        x: of a float dtype, where nan stays nan; or int64, and then the bounds are ints.
        low, high: numbers, at least one of them. If low > high, everything becomes high.

    Returns:
        A tensor of the same shape and dtype.

    >>> clamp(torch.tensor([-3, 4, 12]), 0, 10)
    tensor([ 0,  4, 10])
    """
    raise NotImplementedError


def quantize(x: torch.Tensor, scale: float) -> torch.Tensor:
    """Store x in 8 bits: the whole number nearest to ``x / scale``, an even one in the middle.

    Args:
        x: float32 of any shape, finite.
        scale: a positive number.

    Returns:
        int8, of the same shape. What is beyond the range from -128 to 127 of this dtype gets the
        nearer end of it.

    >>> quantize(torch.tensor([-0.5, 0.125, 9.0]), 0.05)
    tensor([-10,   2, 127], dtype=torch.int8)
    """
    raise NotImplementedError
