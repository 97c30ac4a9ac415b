"""Derivatives from differences of function values."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch


def forward_difference(f: Callable[[float], float], x: float, h: float) -> float:
    return (f(x + h) - f(x)) / h


def central_difference(f: Callable[[float], float], x: float, h: float) -> float:
    return (f(x + h) - f(x - h)) / (2 * h)


def order_of_error(
    rule: Callable[[Callable[[float], float], float, float], float],
    f: Callable[[float], float],
    slope: float,
    x: float,
    h: float,
) -> float:
    errors = [abs(rule(f, x, step) - slope) for step in (h, h / 2)]
    return math.log2(errors[0] / errors[1])


def numerical_gradient(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, h: float
) -> torch.Tensor:
    gradient = torch.zeros_like(x)
    for place in torch.ones_like(x).nonzero().tolist():
        up, down = x.clone(), x.clone()
        up[tuple(place)] += h
        down[tuple(place)] -= h
        gradient[tuple(place)] = (f(up) - f(down)) / (2 * h)
    return gradient


def slope_in_float32(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    # The errors, h² from the bend of f and eps/h from rounding, are balanced near eps^(1/3).
    h = x * torch.finfo(x.dtype).eps ** (1 / 3)
    up, down = x + h, x - h
    return (f(up) - f(down)) / (up - down)
