"""Updates and evaluation without recording."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn


def sgd_step(parameters: Iterable[Tensor], lr: float) -> None:
    """Subtract ``lr`` times its gradient from each parameter, in its own memory."""
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= lr * parameter.grad


def evaluate(model: nn.Module, x: Tensor) -> Tensor:
    """``model(x)`` in evaluation mode, without recording anything."""
    # train() would also switch modules on that had been put into evaluation mode on purpose.
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        result = model(x)
    for module, training in modes:
        module.training = training
    return result


def fit(
    model: nn.Module,
    loss: Callable[[Tensor, Tensor], Tensor],
    x: Tensor,
    y: Tensor,
    lr: float,
    steps: int,
) -> list[float]:
    """Do ``steps`` steps of gradient descent on ``loss(model(x), y)``; return the losses."""
    losses = []
    for _ in range(steps):
        model.zero_grad()
        value = loss(model(x), y)
        value.backward()
        sgd_step(model.parameters(), lr)
        losses.append(value.item())
    return losses
