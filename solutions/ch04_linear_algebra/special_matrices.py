"""Special matrices: recognise them, and find the examples on which short cuts fail."""

from __future__ import annotations

import torch

TOLERANCE = 1e-4


def is_symmetric(a: torch.Tensor) -> bool:
    """Whether ``a`` equals its transpose."""
    return is_square(a) and same(a, a.T)


def is_skew(a: torch.Tensor) -> bool:
    """Whether ``a`` is the negative of its transpose."""
    return is_square(a) and same(a, -a.T)


def is_orthogonal(a: torch.Tensor) -> bool:
    """Whether the transpose of ``a`` is its inverse."""
    return is_square(a) and same(a @ a.T, torch.eye(len(a), dtype=a.dtype))


def is_permutation(a: torch.Tensor) -> bool:
    """Whether ``a`` only reorders: one 1 in each row and column, zeros elsewhere."""
    return is_orthogonal(a) and bool((a > -TOLERANCE).all())


def is_positive_definite(a: torch.Tensor) -> bool:
    """Whether ``a`` is symmetric and x @ a @ x > 0 for every x but 0."""
    return is_symmetric(a) and int(torch.linalg.cholesky_ex(a).info) == 0


def semidefinite_with_kernel(v: torch.Tensor) -> torch.Tensor:
    """A symmetric matrix with x @ a @ x > 0 for all x except for multiples of ``v``."""
    return torch.eye(len(v), dtype=v.dtype) - torch.outer(v, v) / v.dot(v)


def misleading_eigenvalues(p: float, q: float) -> tuple[torch.Tensor, torch.Tensor]:
    """A 2 x 2 matrix with the eigenvalues p, q > 0, and an x with x @ a @ x < 0."""
    # x = (1, -1) gives p + q - t, and t doesn't touch the eigenvalues of a triangle.
    a = torch.tensor([[p, 2 * (p + q)], [0.0, q]], dtype=torch.float64)
    return a, torch.tensor([1.0, -1.0], dtype=torch.float64)


def is_square(a: torch.Tensor) -> bool:
    """Whether ``a`` has as many rows as columns."""
    return a.shape[0] == a.shape[1]


def same(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether two matrices agree up to rounding, measured by the largest entry of ``b``."""
    return bool((a - b).abs().max() <= TOLERANCE * b.abs().max())
