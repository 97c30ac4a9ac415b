"""Gradients of what lies between input and loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor


def layer_gradients(
    layers: Sequence[Callable[[Tensor], Tensor]], loss: Callable[[Tensor], Tensor], x: Tensor
) -> list[Tensor]:
    """The gradient of the loss by the output of each layer, in order."""
    # From a leaf that requires gradients everything is recorded, parameters or not.
    output = x.detach().clone().requires_grad_()
    outputs = []
    for layer in layers:
        output = layer(output)
        output.retain_grad()
        outputs.append(output)
    loss(output).backward()
    return [output.grad for output in outputs if output.grad is not None]


def heatmap(
    features: Callable[[Tensor], Tensor],
    head: Callable[[Tensor], Tensor],
    image: Tensor,
    label: int,
) -> Tensor:
    """Where in ``image`` the network sees ``label``."""
    with torch.no_grad():
        maps = features(image)
    leaf = maps.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(head(leaf)[label], leaf)
    weights = gradient.mean(dim=(1, 2), keepdim=True)
    return (weights * maps).sum(0).relu()
