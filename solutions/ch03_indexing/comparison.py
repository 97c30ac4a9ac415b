"""Comparing tensors: entry by entry, exactly as a whole, or up to rounding."""

from __future__ import annotations

import torch


def count_equal(a: torch.Tensor, b: torch.Tensor) -> int:
    """In how many places a and b are equal, after broadcasting."""
    return int((a == b).sum())


def identical(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether a and b have the same shape and equal entries everywhere."""
    return a.shape == b.shape and bool((a == b).all())


def close_enough(a: torch.Tensor, b: torch.Tensor, rtol: float, atol: float) -> bool:
    """Whether every entry of a is within the tolerance of the entry of b."""
    return within(a, b, rtol, atol)


def verdict(a: torch.Tensor, b: torch.Tensor) -> str:
    """Compare what a program computed with what was expected."""
    if a.shape != b.shape:
        return "shape"
    if (a == b).all():
        return "same"
    return "close" if within(a, b, 1e-5, 1e-8) else "different"


def broadcast_twin(x: torch.Tensor) -> torch.Tensor:
    """A tensor t of another shape than x such that ``(x == t).all()`` is true."""
    return x.unsqueeze(0)


def one_way(rtol: float) -> tuple[float, float]:
    """Two numbers that are close in one order, and not in the other."""
    # The distance is a little below rtol; relative to the smaller number it is above.
    return 1 - rtol * (1 - rtol / 2), 1.0


def within(a: torch.Tensor, b: torch.Tensor, rtol: float, atol: float) -> bool:
    """Whether each entry is equal, or nearer than its tolerance."""
    distance = (a - b).abs()
    near = b.isfinite() & (distance <= atol + rtol * b.abs())
    return bool(((a == b) | near).all())
