"""Rounding in its five directions, rebuilt from floor, and clamping."""

from __future__ import annotations

import torch


def trunc(x: torch.Tensor) -> torch.Tensor:
    """Drop the digits behind the point: round towards zero."""
    return x.sign() * x.abs().floor()


def frac(x: torch.Tensor) -> torch.Tensor:
    """The part behind the point, with the sign of x."""
    return x - x.sign() * x.abs().floor()


def round_half_even(x: torch.Tensor) -> torch.Tensor:
    """The nearest whole number; in the middle between two, the even one of them."""
    return nearest(x)


def clamp(x: torch.Tensor, low: float | None = None, high: float | None = None) -> torch.Tensor:
    """Bring every element into the range from ``low`` to ``high``."""
    return limited(x, low, high)


def quantize(x: torch.Tensor, scale: float) -> torch.Tensor:
    """Store x in 8 bits: the whole number nearest to ``x / scale``."""
    return limited(nearest(x / scale), -128, 127).to(torch.int8)


def nearest(x: torch.Tensor) -> torch.Tensor:
    """Round to the nearest whole number, halves to the even one."""
    below = x.floor()
    rest = x - below  # exact, as both are close together
    up = (rest > 0.5) | ((rest == 0.5) & (below % 2 == 1))
    return below + up


def limited(x: torch.Tensor, low: float | None, high: float | None) -> torch.Tensor:
    """Apply the bounds that are not None."""
    if low is not None:
        x = torch.maximum(x, torch.full_like(x, low))
    if high is not None:
        x = torch.minimum(x, torch.full_like(x, high))
    return x
