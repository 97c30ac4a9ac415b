"""Reductions: which axes are added up, which stay, and in what order they lie."""

from __future__ import annotations

import torch


def sum_over(x: torch.Tensor, dims: int | tuple[int, ...], keepdim: bool = False) -> torch.Tensor:
    """The sum over one axis or several.

    x: at least one axis, no size 0; float32, float64 or int64. It is not changed.
    dims: an axis, or a tuple of one or more different axes in any order; a negative one counts
        from the end.
    Returns a tensor without these axes, or with size 1 there if ``keepdim``; the dtype of ``x``.

    >>> sum_over(torch.tensor([[1, 2, 3], [4, 5, 6]]), 0)
    tensor([5, 7, 9])
    """
    raise NotImplementedError


def mean_over(x: torch.Tensor, dims: int | tuple[int, ...], keepdim: bool = False) -> torch.Tensor:
    """The mean over one axis or several; arguments and shape as in `sum_over`.

    Returns the dtype of ``x``, or float32 if ``x`` holds whole numbers.

    >>> mean_over(torch.tensor([[1, 2, 3], [4, 5, 6]]), 1)
    tensor([2., 5.])
    """
    raise NotImplementedError


def normalise_rows(x: torch.Tensor) -> torch.Tensor:
    """Divide every row (along the last axis) by its own sum.

    x: shape (..., n), n >= 1, floating point; no row sums to 0. It is not changed.
    Returns the shape and dtype of ``x``.

    >>> normalise_rows(torch.tensor([[1.0, 3.0], [2.0, 2.0]]))
    tensor([[0.2500, 0.7500],
            [0.5000, 0.5000]])
    """
    raise NotImplementedError


def running_sum(x: torch.Tensor, dim: int) -> torch.Tensor:
    """The sums of the first 1, 2, 3, ... slices along ``dim``.

    x: at least one axis, no size 0; float32, float64 or int64. It is not changed.
    Returns the shape and dtype of ``x``: position i along ``dim`` holds the sum of slices 0 to i.

    >>> running_sum(torch.tensor([[1, 2, 3], [4, 5, 6]]), 1)
    tensor([[ 1,  3,  6],
            [ 4,  9, 15]])
    """
    raise NotImplementedError
