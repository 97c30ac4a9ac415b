"""How steep a function of several variables is, and in which direction."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch

Function = Callable[[torch.Tensor], torch.Tensor]
STEP = 1e-5


def partial(f: Function, x: torch.Tensor, i: int) -> float:
    return directional(f, x, axis(x, i))


def directional(f: Function, x: torch.Tensor, u: torch.Tensor) -> float:
    length = u.norm()
    if length == 0:
        raise ValueError("u has no direction")
    step = STEP * u / length
    return float(f(x + step) - f(x - step)) / (2 * STEP)


def steepest(f: Function, x: torch.Tensor) -> tuple[torch.Tensor, float]:
    gradient = torch.tensor([partial(f, x, i) for i in range(len(x))], dtype=x.dtype)
    slope = gradient.norm()
    if slope < 1e-6:
        raise ValueError("the gradient is zero")
    return gradient / slope, slope.item()


def direction_with_slope(f: Function, x: torch.Tensor, slope: float) -> torch.Tensor:
    up, most = steepest(f, x)
    cosine = slope / most
    if abs(cosine) > 1:
        raise ValueError(f"no slope exceeds {most}")
    # The coordinate vector that is farthest from the gradient, less its part along it.
    level = axis(x, int(up.abs().argmin()))
    level = level - (level @ up) * up
    return cosine * up + math.sqrt(1 - cosine**2) * level / level.norm()


def axis(x: torch.Tensor, i: int) -> torch.Tensor:
    """The unit vector of coordinate ``i``."""
    return torch.eye(len(x), dtype=x.dtype)[i]
