"""Measure how gradients fade on the way back through a deep network, and find where they stop."""

from collections.abc import Callable

import torch


def gradient_norms(
    weights: list[torch.Tensor],
    activation: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    v: torch.Tensor,
) -> list[float]:
    """The norm of the gradient by each weight matrix of a deep network, first layer first.

    The network: h = x of shape (N, D); then for each matrix W of shape (out, in) in ``weights``
    h = activation(h @ W.T), after the last one, too. ``v`` has the shape of the last h. Measured
    is the gradient of (h * v).sum() by each W: the square root of the sum of its squares.
    Returns one number per matrix, in a list or a tensor of shape (L,). The tensors in ``weights``
    may or may not require gradients; they, their .grad and the other arguments stay as they were.

    >>> one = torch.ones(1, 1)
    >>> [round(float(n), 4) for n in gradient_norms([one, one, one], torch.sigmoid, one, one)]
    [0.0096, 0.0359, 0.1509]
    """
    raise NotImplementedError


def saturated_fraction(z: torch.Tensor, threshold: float) -> float:
    """Which fraction of the numbers in z lies where the sigmoid's slope is below ``threshold``.

    z: any shape with at least one number, |z| up to 10000. Returns a float or a tensor of one
    number, between 0 and 1.

    >>> saturated_fraction(torch.tensor([-8.0, -1.0, 0.5, 4.0]), 0.1)
    0.5
    """
    raise NotImplementedError


def dead_units(weight: torch.Tensor, bias: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Which ReLU units get no gradient from any example: x @ weight.T + bias is nowhere above 0.

    weight: (H, D), bias: (H,), x: (N, D) with N >= 1. Returns bool, shape (H,).

    >>> weight = torch.tensor([[1.0], [-1.0], [1.0]])
    >>> dead_units(weight, torch.tensor([0.0, 0.0, -3.0]), torch.tensor([[1.0], [2.0]]))
    tensor([False,  True,  True])
    """
    raise NotImplementedError
