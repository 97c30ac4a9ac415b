"""Special matrices: recognise them, and find the examples on which short cuts fail."""

from __future__ import annotations

import torch


def is_symmetric(a: torch.Tensor) -> bool:
    """Whether ``a`` equals its transpose, up to rounding. False unless square.

    a: here and below shape (m, n), m, n >= 1, float32 or float64; not changed. Returns a bool.

    >>> is_symmetric(torch.tensor([[1.0, 2.0], [2.0, 0.0]]))
    True
    """
    raise NotImplementedError


def is_skew(a: torch.Tensor) -> bool:
    """Whether ``a`` is the negative of its transpose, up to rounding. False unless square.

    >>> is_skew(torch.tensor([[0.0, 2.0], [-2.0, 0.0]]))
    True
    """
    raise NotImplementedError


def is_orthogonal(a: torch.Tensor) -> bool:
    """Whether ``a`` is square and its transpose is its inverse, up to rounding.

    >>> is_orthogonal(torch.tensor([[0.6, -0.8], [0.8, 0.6]]))
    True
    """
    raise NotImplementedError


def is_permutation(a: torch.Tensor) -> bool:
    """Whether ``a`` is square, with one 1 in each row and each column and zeros elsewhere.

    >>> is_permutation(torch.tensor([[0.0, 1.0], [1.0, 0.0]]))
    True
    """
    raise NotImplementedError


def is_positive_definite(a: torch.Tensor) -> bool:
    """Whether ``a`` is symmetric (up to rounding) and x @ a @ x > 0 for every x but 0.

    >>> is_positive_definite(torch.tensor([[2.0, -1.0], [-1.0, 2.0]]))
    True
    >>> is_positive_definite(torch.tensor([[1.0, 1.0], [1.0, 1.0]]))
    False
    """
    raise NotImplementedError


def semidefinite_with_kernel(v: torch.Tensor) -> torch.Tensor:
    """A symmetric matrix with x @ a @ x > 0 for all x except for multiples of ``v``.

    For these x @ a @ x is 0. v: shape (n,), n >= 2, not 0, float32 or float64.
    Returns shape (n, n), the dtype of ``v``.

    >>> a = semidefinite_with_kernel(torch.tensor([3.0, 4.0]))
    >>> bool((a @ torch.tensor([3.0, 4.0])).abs().max() < 1e-5)
    True
    """
    raise NotImplementedError


def misleading_eigenvalues(p: float, q: float) -> tuple[torch.Tensor, torch.Tensor]:
    """A 2 x 2 matrix with the eigenvalues p, q > 0, and an x with x @ a @ x < 0.

    p and q differ. Returns (a, x): shapes (2, 2) and (2,), both float32 or both float64.

    >>> a, x = misleading_eigenvalues(1.0, 2.0)
    >>> bool(x @ a @ x < 0)
    True
    """
    raise NotImplementedError
