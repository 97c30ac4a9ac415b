"""Gradients add up: when to clear them, and how to make use of it."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


def fresh_gradient(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """The gradient of ``f(x)`` by ``x``, whatever gradient ``x`` held before."""
    # None drops the old tensor; zero_() would overwrite what an earlier call returned.
    x.grad = None
    f(x).backward()
    assert x.grad is not None
    return x.grad


def accumulate_gradients(
    model: nn.Module,
    loss: Callable[[Tensor, Tensor], Tensor],
    x: Tensor,
    y: Tensor,
    size: int,
) -> None:
    """Fill the gradients of ``model`` with those of the mean loss over all rows."""
    model.zero_grad()
    for rows, targets in zip(torch.split(x, size), torch.split(y, size), strict=True):
        share = len(rows) / len(x)  # a mean of means has to be weighted
        (share * loss(model(rows), targets)).backward()


def accumulate_gradients(model, loss, x, y, size):
    model.zero_grad()
    for i in range(len(x) // size):
        a, b = x[i * size : (i + 1) * size], y[i * size : (i + 1) * size]
        (loss(model(a), b) * size / len(x)).backward()
