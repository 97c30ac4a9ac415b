"""Derivatives from differences of function values."""

from __future__ import annotations

from collections.abc import Callable

import torch


def forward_difference(f: Callable[[float], float], x: float, h: float) -> float:
    """Approximate f'(x) from the values of ``f`` at ``x`` and at ``x + h``.

    >>> forward_difference(lambda t: t**3, 2.0, 0.5)
    15.25
    """
    raise NotImplementedError


def central_difference(f: Callable[[float], float], x: float, h: float) -> float:
    """Approximate f'(x) from the values of ``f`` at ``x - h`` and at ``x + h``.

    >>> central_difference(lambda t: t**3, 2.0, 0.5)
    12.25
    """
    raise NotImplementedError


def order_of_error(
    rule: Callable[[Callable[[float], float], float, float], float],
    f: Callable[[float], float],
    slope: float,
    x: float,
    h: float,
) -> float:
    """Return the base-2 logarithm of error(h) / error(h / 2).

    ``rule`` is called like ``forward_difference``; ``slope`` is the true f'(x). The error is the
    distance between the two, never negative.

    >>> order_of_error(central_difference, lambda t: t**3, 12.0, 2.0, 0.5)
    2.0
    """
    raise NotImplementedError


def numerical_gradient(
    f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, h: float
) -> torch.Tensor:
    """Approximate the partial derivatives of ``f`` at ``x`` by central differences.

    ``x`` is floating-point, of any shape, and keeps its values; ``f`` turns a tensor of this shape
    into a 0-d tensor, which may share memory with its argument. Shape and dtype of ``x``.

    >>> numerical_gradient(lambda t: t[0] * t[1] ** 2, torch.tensor([3.0, 2.0]), 0.5)
    tensor([ 4., 12.])
    """
    raise NotImplementedError


def slope_in_float32(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Approximate f'(x) to within one per mille, by a step of your own choice.

    ``x`` is a 0-d float32 tensor with 1 <= x <= 1000, and ``f`` takes and gives nothing but 0-d
    float32 tensors. Its values change by their own size when x changes by its own size.

    >>> round(slope_in_float32(torch.log, torch.tensor(4.0)).item(), 3)
    0.25
    """
    raise NotImplementedError
