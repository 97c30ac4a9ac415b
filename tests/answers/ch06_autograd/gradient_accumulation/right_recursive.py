from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


def fresh_gradient(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    twin = x.detach().clone().requires_grad_()
    f(twin).backward()
    x.grad = twin.grad
    return twin.grad.clone()


def gradient_sums(model, loss, x, y, size, parameters) -> list[Tensor]:
    if len(x) == 0:
        return [torch.zeros_like(p, dtype=torch.float64) for p in parameters]
    head, rest = slice(0, size), slice(size, None)
    value = loss(model(x[head]), y[head])
    found = torch.autograd.grad(value, parameters, allow_unused=True)
    sums = gradient_sums(model, loss, x[rest], y[rest], size, parameters)
    rows = len(x[head])
    return [s if g is None else s + rows * g.double() for s, g in zip(sums, found, strict=True)]


def accumulate_gradients(
    model: nn.Module,
    loss: Callable[[Tensor, Tensor], Tensor],
    x: Tensor,
    y: Tensor,
    size: int,
) -> None:
    parameters = [p for p in model.parameters() if p.requires_grad]
    sums = gradient_sums(model, loss, x, y, size, parameters)
    for p, s in zip(parameters, sums, strict=True):
        p.grad = (s / len(x)).to(p.dtype)
