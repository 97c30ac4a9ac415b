"""Gradients through if and while: only what really ran is in the graph."""

from __future__ import annotations

import torch
from torch import Tensor


def scale_up(a: Tensor) -> Tensor:
    """``a`` doubled until its norm is at least 1000, times 100 unless its sum is positive."""
    if not a.any():
        raise ValueError("zeros stay zeros, however often they are doubled")
    b = 2 * a
    while b.norm() < 1000:
        b = 2 * b
    return b if b.sum() > 0 else 100 * b


def scale_up_slope(a: Tensor) -> float:
    """The number k with ``scale_up(a) == k * a`` near ``a``."""
    leaf = a.detach().clone().requires_grad_()
    scale_up(leaf).sum().backward()
    assert leaf.grad is not None
    return leaf.grad.flatten()[0].item()


def clip_norm(v: Tensor, limit: float) -> Tensor:
    """``v``, shortened to the norm ``limit`` if its norm is larger."""
    norm = v.norm()
    return v * (limit / norm) if norm > limit else v


def kepler(m: Tensor, e: Tensor) -> Tensor:
    """The solution E of ``E = m + e * sin(E)``, differentiable by ``m`` and ``e``."""
    previous, solution = m, m + e * torch.sin(m)
    while abs(solution - previous) > 1e-12:
        previous, solution = solution, m + e * torch.sin(solution)
    return solution
