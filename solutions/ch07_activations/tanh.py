"""tanh is a sigmoid that was stretched and moved; so is every network made of it."""

import torch


def tanh(x: torch.Tensor) -> torch.Tensor:
    """The hyperbolic tangent, elementwise, by way of torch.sigmoid."""
    return 2 * torch.sigmoid(2 * x) - 1


def tanh_derivative(x: torch.Tensor) -> torch.Tensor:
    """The derivative of tanh at ``x``, as a formula."""
    return 1 - tanh(x) ** 2


def tanh_network(
    w1: torch.Tensor, b1: torch.Tensor, w2: torch.Tensor, b2: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Weights of a tanh network that computes what a given sigmoid network computes."""
    # sigmoid(z) = 1/2 + tanh(z / 2) / 2: halve what goes in and what comes out, and let the
    # second bias take over the constant half of every unit.
    return w1 / 2, b1 / 2, w2 / 2, b2 + w2.sum(dim=1) / 2
