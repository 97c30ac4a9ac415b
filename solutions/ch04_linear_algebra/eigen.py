"""Eigenvectors: how to find one, how to check them, and how to compare them."""

from __future__ import annotations

import torch


def power_iteration(
    a: torch.Tensor, start: torch.Tensor, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The dominant eigenvalue of ``a`` and an eigenvector of length 1, by repeated products."""
    v = start
    for _ in range(steps):
        v = a @ v
        v = v / v.norm()
    return v @ (a @ v), v


def residuals(a: torch.Tensor, values: torch.Tensor, vectors: torch.Tensor) -> torch.Tensor:
    """How far each pair is from being one: the length of A v - lambda v."""
    return (a.to(vectors.dtype) @ vectors - values * vectors).norm(dim=0)


def overlap(u: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """1 if two vectors are the same up to a factor, 0 if they are orthogonal."""
    return (u.conj() * v).sum().abs() / (u.norm() * v.norm())


def sorted_eigen(a: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Eigenvalues by falling real part, then falling imaginary part, and their eigenvectors."""
    values, vectors = torch.linalg.eig(a)
    pairs = [(z.real, z.imag) for z in values.tolist()]
    order = sorted(range(len(pairs)), key=lambda i: pairs[i], reverse=True)
    return values[order], vectors[:, order]
