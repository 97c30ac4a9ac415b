"""Boolean masks: choosing entries by a condition, to read them or to write to them."""

from __future__ import annotations

import torch


def select(x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The entries of x where the mask is true, in one row.

    Args:
        x: a tensor of any dtype.
        mask: bool. The two are broadcast with each other.

    Returns:
        (k,), dtype of ``x``: the chosen entries in the order in which one reads, the last axis
        fastest.

    >>> select(torch.tensor([[1, 2, 3], [4, 5, 6]]), torch.tensor([True, False, True]))
    tensor([1, 3, 4, 6])
    """
    raise NotImplementedError


def outliers(x: torch.Tensor, low: float, high: float) -> torch.Tensor:
    """The entries of x that are less than ``low``, or greater than or equal to ``high``.

    Args:
        x: a tensor of a float dtype, without nan.

    Returns:
        (k,), in reading order.

    >>> outliers(torch.tensor([[3.0, -1.0], [7.0, 5.0]]), 0.0, 5.0)
    tensor([-1.,  7.,  5.])
    """
    raise NotImplementedError


def fill_missing(x: torch.Tensor, value: float) -> torch.Tensor:
    """A new tensor in which every nan of x is replaced by ``value``; infinities stay.

    >>> fill_missing(torch.tensor([1.0, torch.nan, torch.inf]), 0.0)
    tensor([1., 0., inf])
    """
    raise NotImplementedError


def complete_rows(x: torch.Tensor) -> torch.Tensor:
    """The rows of a table without nan.

    Args:
        x: (n, d), of a float dtype.

    Returns:
        (m, d): those rows of x that contain no nan, in their order. m may be 0.

    >>> complete_rows(torch.tensor([[1.0, 2.0], [torch.nan, 3.0], [4.0, 5.0]]))
    tensor([[1., 2.],
            [4., 5.]])
    """
    raise NotImplementedError


def prune(w: torch.Tensor, threshold: float) -> None:
    """Set every weight whose absolute value is less than the threshold to 0, in place.

    >>> w = torch.tensor([0.5, -0.125, -2.0])
    >>> prune(w, 0.25)
    >>> w
    tensor([ 0.5000,  0.0000, -2.0000])
    """
    raise NotImplementedError
