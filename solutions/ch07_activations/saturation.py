"""Measure how gradients fade on the way back through a deep network, and find where they stop."""

from collections.abc import Callable

import torch


def gradient_norms(
    weights: list[torch.Tensor],
    activation: Callable[[torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    v: torch.Tensor,
) -> list[float]:
    """The norm of the gradient by each weight matrix of a deep network, first layer first."""
    # Leaves of our own: nothing is left behind in the .grad of the caller's matrices.
    leaves = [weight.detach().requires_grad_() for weight in weights]
    h = x
    for weight in leaves:
        h = activation(h @ weight.T)
    return [gradient.norm().item() for gradient in torch.autograd.grad((h * v).sum(), leaves)]


def saturated_fraction(z: torch.Tensor, threshold: float) -> float:
    """Which fraction of the numbers in z lies where the sigmoid's slope is below ``threshold``."""
    y = torch.sigmoid(z)
    return (y * (1 - y) < threshold).float().mean().item()


def dead_units(weight: torch.Tensor, bias: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Which ReLU units get no gradient from any example: x @ weight.T + bias is nowhere above 0."""
    return (x @ weight.T + bias <= 0).all(dim=0)
