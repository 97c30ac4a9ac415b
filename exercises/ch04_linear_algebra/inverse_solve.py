"""Inverses and linear systems by elimination, with the pivot chosen well."""

from __future__ import annotations

import torch


def inverse_2x2(a: torch.Tensor) -> torch.Tensor:
    """The inverse of a 2 x 2 matrix by the formula.

    a: shape (2, 2), float32, float64 or int64. It is not changed.
    Returns shape (2, 2), the dtype of ``a``, or float32 for int64.
    Raises ValueError if the determinant is 0.

    >>> inverse_2x2(torch.tensor([[4, 3], [2, 2]]))
    tensor([[ 1.0000, -1.5000],
            [-1.0000,  2.0000]])
    """
    raise NotImplementedError


def inverse(a: torch.Tensor) -> torch.Tensor:
    """The inverse of a square matrix by Gauss-Jordan elimination.

    a: shape (n, n), n >= 1, float32, float64 or int64. It is not changed.
    Returns shape (n, n), the dtype of ``a``, or float32 for int64.
    Raises ValueError if ``a`` is not square, or if a column has no pivot that is not 0.

    >>> inverse(torch.tensor([[0.0, 2.0], [4.0, 0.0]]))
    tensor([[0.0000, 0.2500],
            [0.5000, 0.0000]])
    """
    raise NotImplementedError


def solve(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The x with a @ x = b, for one right-hand side or several, without inverting ``a``.

    a: as in `inverse`; b: shape (n,) or (n, k), the same dtype. Neither is changed.
    Returns the shape of ``b``, the dtype of ``a``, or float32 for int64.
    Raises ValueError as `inverse` does.

    >>> solve(torch.tensor([[0.0, 2.0], [4.0, 0.0]]), torch.tensor([6.0, 8.0]))
    tensor([2., 3.])
    """
    raise NotImplementedError
