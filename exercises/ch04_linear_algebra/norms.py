"""Norms: ways to say how large a vector or a matrix is."""

from __future__ import annotations

import torch


def vector_norm(
    x: torch.Tensor, p: float, dim: int | None = None, keepdim: bool = False
) -> torch.Tensor:
    """The p-norm along ``dim``, or of all entries if ``dim`` is None.

    x: at least one axis, no size 0; float32 or float64. It is not changed.
    p: 0 (counts the entries that are not 0), any number above 0, or math.inf.
    Returns a tensor without the axis ``dim`` (0-d for None); with ``keepdim`` the axes stay, with
    size 1. The dtype is that of ``x``.

    >>> vector_norm(torch.tensor([3.0, -4.0]), 2)
    tensor(5.)
    >>> vector_norm(torch.tensor([[3.0, -4.0], [0.0, 1.0]]), 1, dim=1)
    tensor([7., 1.])
    """
    raise NotImplementedError


def frobenius_norm(a: torch.Tensor) -> torch.Tensor:
    """The root of the sum of the squared entries of each matrix.

    a: shape (..., m, n), float32 or float64. Returns shape (...), the dtype of ``a``.

    >>> frobenius_norm(torch.tensor([[1.0, 2.0], [4.0, 2.0]]))
    tensor(5.)
    """
    raise NotImplementedError


def vector_with_norms(n: int, l1: float, linf: float) -> torch.Tensor:
    """A vector of n entries whose 1-norm is ``l1`` and whose infinity norm is ``linf``.

    n: at least 1; l1, linf: at least 0. Returns shape (n,), float32 or float64.
    Raises ValueError if there is no such vector.

    >>> float(vector_with_norms(3, 6.0, 4.0).abs().sum())
    6.0
    """
    raise NotImplementedError
