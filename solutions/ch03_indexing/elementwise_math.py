"""Elementwise arithmetic: new tensors, writes in place, and the matrix product apart."""

from __future__ import annotations

import math

import torch


def add_scaled(x: torch.Tensor, y: torch.Tensor, alpha: float) -> torch.Tensor:
    """Return ``x + alpha * y`` as a new tensor; shapes are broadcast."""
    return x + alpha * y


def accumulate(total: torch.Tensor, x: torch.Tensor) -> None:
    """Add ``x`` to ``total`` in place: the memory of ``total`` holds the sum afterwards."""
    with torch.no_grad():
        total += x


def both_products(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the elementwise (Hadamard) product and the matrix product of two (n, n) matrices."""
    return a * b, a @ b


def reciprocal(x: torch.Tensor) -> torch.Tensor:
    """Return 1/x of every element."""
    return 1 / x


def rsqrt(x: torch.Tensor) -> torch.Tensor:
    """Return 1/sqrt(x) of every element."""
    return 1 / x.sqrt()


def rms_norm(x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
    """Divide every vector by its root mean square, and multiply it elementwise by the weight."""
    mean_square = (x**2).mean(dim=-1, keepdim=True)
    return weight * x * torch.rsqrt(mean_square + eps)


def gaussian(x: torch.Tensor, mean: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
    """The density of the normal distribution at x."""
    z = (x - mean) / std
    return torch.exp(-(z**2) / 2) / (std * math.sqrt(2 * math.pi))
