"""torch.autograd.grad: several inputs, unused ones, and derivatives of derivatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor


def gradients(f: Callable[..., Tensor], inputs: Sequence[Tensor]) -> list[Tensor]:
    """The gradients of ``f(*inputs)`` by each of the inputs, zeros where it isn't used."""
    leaves = [tensor.detach().clone().requires_grad_() for tensor in inputs]
    y = f(*leaves)
    if not y.requires_grad:
        return [torch.zeros_like(tensor) for tensor in inputs]
    return list(torch.autograd.grad(y, leaves, materialize_grads=True))


def second_derivative(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """f'' at each element of ``x``, for a function ``f`` that works element by element."""
    leaf = x.detach().clone().requires_grad_()
    (first,) = torch.autograd.grad(f(leaf).sum(), leaf, create_graph=True)
    if not first.requires_grad:  # f is linear: its slope depends on nothing
        return torch.zeros_like(x)
    (second,) = torch.autograd.grad(first.sum(), leaf, materialize_grads=True)
    return second


def gradient_penalty(critic: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """The mean over rows of ``(norm - 1)**2``, with the norm of the critic's gradient."""
    leaf = x.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(critic(leaf).sum(), leaf, create_graph=True)
    return ((slope.norm(dim=1) - 1) ** 2).mean()
