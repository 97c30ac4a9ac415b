"""How steep a function of several variables is, and in which direction."""

from __future__ import annotations

from collections.abc import Callable

import torch

Function = Callable[[torch.Tensor], torch.Tensor]


def partial(f: Function, x: torch.Tensor, i: int) -> float:
    """Return the partial derivative of ``f`` at ``x`` by coordinate ``i`` (0 <= i < len(x)).

    >>> round(partial(lambda t: t[0] * t[1] ** 2, torch.tensor([3.0, 2.0]).double(), 1), 4)
    12.0
    """
    raise NotImplementedError


def directional(f: Function, x: torch.Tensor, u: torch.Tensor) -> float:
    """Return the slope of ``f`` at ``x`` in the direction of ``u``, per unit of length.

    Raises:
        ValueError: all entries of ``u`` are 0.

    >>> f = lambda t: t[0] * t[1] ** 2
    >>> round(directional(f, torch.tensor([3.0, 2.0]).double(), torch.tensor([3.0, 4.0])), 4)
    12.0
    """
    raise NotImplementedError


def steepest(f: Function, x: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Return the unit vector of steepest ascent from ``x``, and the slope in this direction.

    Raises:
        ValueError: the norm of the gradient is below 1e-6.

    >>> direction, slope = steepest(lambda t: 3 * t[0] - 4 * t[1], torch.zeros(2).double())
    >>> [round(number, 4) for number in direction.tolist()], round(slope, 4)
    ([0.6, -0.8], 5.0)
    """
    raise NotImplementedError


def direction_with_slope(f: Function, x: torch.Tensor, slope: float) -> torch.Tensor:
    """Return a unit vector in whose direction ``f`` has the given slope at ``x``.

    ``x`` has at least two entries, and the gradient is not 0.

    Raises:
        ValueError: no direction has this slope.
    """
    raise NotImplementedError
