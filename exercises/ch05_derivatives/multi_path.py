"""Where several paths lead to the same result, their contributions add up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

Edge = tuple[str, str, float]
"""From a value, to a result that uses it, and the slope of the result in this use of it."""


def derivative(edges: Sequence[Edge], start: str, end: str) -> float:
    """Return the derivative of ``end`` by ``start`` in a graph of computations.

    >>> edges = [("x", "u", 2.0), ("x", "v", 3.0), ("u", "z", 5.0), ("v", "z", 7.0)]
    >>> derivative(edges, "x", "z")
    31.0
    """
    raise NotImplementedError


def contributions(
    f: Callable[..., torch.Tensor],
    branches: Sequence[Callable[[torch.Tensor], torch.Tensor]],
    x: torch.Tensor,
) -> list[torch.Tensor]:
    """Return what each branch contributes to the gradient of z = f(branch(x), branch(x), ...).

    ``f`` takes as many tensors as there are branches and returns a 0-d tensor.

    >>> square, triple = lambda t: t**2, lambda t: 3 * t
    >>> contributions(lambda a, b: (a * b).sum(), [square, triple], torch.tensor([2.0]))
    [tensor([24.]), tensor([12.])]
    """
    raise NotImplementedError
