"""Ranges: arange, linspace and logspace, each built from another one."""

from __future__ import annotations

import torch


def arange(start: float, end: float, step: float) -> torch.Tensor:
    """Count from ``start`` in steps of ``step``, without reaching ``end``.

    Args:
        start, end: the limits. ``end`` itself is not part of the result.
        step: the distance; negative if ``end`` lies below ``start``.

    Returns:
        1-d, float64; without elements if ``start`` equals ``end``.

    Raises:
        ValueError: if ``step`` is 0 or leads away from ``end``.

    >>> arange(0, 1, 0.25)
    tensor([0.0000, 0.2500, 0.5000, 0.7500], dtype=torch.float64)
    """
    raise NotImplementedError


def linspace(start: float, end: float, steps: int) -> torch.Tensor:
    """Spread ``steps`` numbers evenly from ``start`` to ``end``, both included.

    Args:
        start, end: the first and the last number; ``end`` may be the smaller one.
        steps: how many numbers, at least 0. A single one is ``start``.

    Returns:
        (steps,), float64.

    >>> linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000], dtype=torch.float64)
    """
    raise NotImplementedError


def logspace(start: float, end: float, steps: int, base: float = 10.0) -> torch.Tensor:
    """Return powers of ``base`` whose exponents are spread evenly from ``start`` to ``end``.

    Returns:
        (steps,), float64.

    >>> logspace(0, 3, 4, 2.0)
    tensor([1., 2., 4., 8.], dtype=torch.float64)
    """
    raise NotImplementedError


def geometric(first: float, last: float, steps: int) -> torch.Tensor:
    """Go from ``first`` to ``last`` in ``steps`` numbers, each the same multiple of the one before.

    Args:
        first, last: positive numbers, both part of the result.
        steps: how many numbers, at least 2.

    Returns:
        (steps,), float64.

    >>> geometric(2, 18, 3).round(decimals=6)
    tensor([ 2.,  6., 18.], dtype=torch.float64)
    """
    raise NotImplementedError
