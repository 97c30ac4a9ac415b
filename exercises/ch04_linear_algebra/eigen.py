"""Eigenvectors: how to find one, how to check them, and how to compare them."""

from __future__ import annotations

import torch


def power_iteration(
    a: torch.Tensor, start: torch.Tensor, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The dominant eigenvalue of ``a`` and an eigenvector of length 1, by repeated products.

    a: shape (n, n), float32 or float64; its eigenvalue of largest absolute value is real and
        more than 1.5 times as large as any other. start: shape (n,), the same dtype, not 0.
        Neither is changed.
    steps: how many products; enough of them.
    Returns (eigenvalue, eigenvector): a 0-d tensor or Python number, and shape (n,).

    >>> value, vector = power_iteration(torch.diag(torch.tensor([1.0, -4.0])), torch.ones(2), 50)
    >>> round(float(value), 4), [round(abs(float(e)), 4) for e in vector]
    (-4.0, [0.0, 1.0])
    """
    raise NotImplementedError


def residuals(a: torch.Tensor, values: torch.Tensor, vectors: torch.Tensor) -> torch.Tensor:
    """How far each pair is from being one: the length of A v - lambda v.

    a: shape (n, n), float32 or float64. values: shape (k,), vectors: shape (n, k), one vector in
        each column; both real or both complex, of the same precision as ``a``.
    Returns shape (k,), real, the dtype of ``a``.

    >>> a = torch.tensor([[2.0, 0.0], [0.0, 3.0]])
    >>> residuals(a, torch.tensor([2.0, 2.0]), torch.eye(2))
    tensor([0., 1.])
    """
    raise NotImplementedError


def overlap(u: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """1 if two vectors are the same up to a factor, 0 if they are orthogonal.

    u, v: shape (n,), not 0, both real or both complex. Returns a real 0-d tensor.

    >>> round(float(overlap(torch.tensor([1.0, 1.0]), torch.tensor([-2.0, -2.0]))), 4)
    1.0
    """
    raise NotImplementedError


def sorted_eigen(a: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Eigenvalues by falling real part, then falling imaginary part, and their eigenvectors.

    a: shape (n, n), float32 or float64, with n different eigenvalues.
    Returns values of shape (n,) and vectors of shape (n, n), complex as from `torch.linalg.eig`:
    column i is an eigenvector of length 1 for value i.

    >>> sorted_eigen(torch.tensor([[1.0, 0.0], [0.0, 5.0]]))[0]
    tensor([5.+0.j, 1.+0.j])
    """
    raise NotImplementedError
