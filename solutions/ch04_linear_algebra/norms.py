"""Norms: ways to say how large a vector or a matrix is."""

from __future__ import annotations

import math

import torch


def vector_norm(
    x: torch.Tensor, p: float, dim: int | None = None, keepdim: bool = False
) -> torch.Tensor:
    """The p-norm along ``dim``, or of all entries if ``dim`` is None."""
    # Reductions with dim=None run over all axes.
    if p == 0:
        return (x != 0).sum(dim, keepdim).to(x.dtype)
    size = x.abs()
    if p == math.inf:
        return size.amax(dim, keepdim)
    return size.pow(p).sum(dim, keepdim).pow(1 / p)


def frobenius_norm(a: torch.Tensor) -> torch.Tensor:
    """The root of the sum of the squared entries of each matrix."""
    return a.square().sum(dim=(-2, -1)).sqrt()


def vector_with_norms(n: int, l1: float, linf: float) -> torch.Tensor:
    """A vector of n entries whose 1-norm is ``l1`` and whose infinity norm is ``linf``."""
    if not linf <= l1 <= n * linf:
        raise ValueError(f"no vector of {n} entries has the norms {l1} and {linf}")
    v = torch.full((n,), (l1 - linf) / max(n - 1, 1))
    v[0] = linf
    return v
