"""The chain rule: slopes multiply, and Jacobians multiply in the right order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

Function = Callable[[torch.Tensor], torch.Tensor]


def link_slopes(
    outer: Function, inner: Function, w: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """For y1 = inner(w) and y2 = outer(y1), return dy2/dy1, dy1/dw and dy2/dw.

    ``w`` is a 0-d leaf that requires its gradient, and y1 and y2 are 0-d. Each function is called
    once, and ``w.grad`` is left alone.

    >>> w = torch.tensor(2.0, requires_grad=True)
    >>> [s.item() for s in link_slopes(lambda y: y**2, lambda w: 3 * w + 1, w)]
    [14.0, 3.0, 42.0]
    """
    raise NotImplementedError


def chain_jacobian(stages: Sequence[tuple[Function, Function]], x: torch.Tensor) -> torch.Tensor:
    """Return the Jacobian at ``x`` of all stages, one after the other, the first one first.

    A stage is a pair: a function from 1-D tensors to 1-D tensors, and the function that returns
    its Jacobian (outputs x inputs) at a point.

    >>> square = (lambda t: t**2, lambda t: torch.diag(2 * t))
    >>> add = (lambda t: t.sum().reshape(1), lambda t: torch.ones(1, len(t)))
    >>> chain_jacobian([square, add], torch.tensor([1.0, 5.0]))
    tensor([[ 2., 10.]])
    """
    raise NotImplementedError


def pull_back(
    stages: Sequence[tuple[Function, Function]], x: torch.Tensor, v: torch.Tensor
) -> torch.Tensor:
    """Return v · J as a 1-D tensor, for the Jacobian J of ``chain_jacobian``.

    ``v`` has one entry for each output of the last stage.
    """
    raise NotImplementedError
