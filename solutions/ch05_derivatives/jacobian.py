"""The Jacobian, one row for each backward pass."""

from __future__ import annotations

from collections.abc import Callable

import torch

Function = Callable[[torch.Tensor], torch.Tensor]


def jacobian(f: Function, x: torch.Tensor) -> torch.Tensor:
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    result = x.new_zeros(len(y), len(x))
    if y.requires_grad:
        for i in range(len(y)):
            (row,) = torch.autograd.grad(y[i], leaf, retain_graph=True, materialize_grads=True)
            result[i] = row
    return result


def jacobian_of_any_shape(f: Function, x: torch.Tensor) -> torch.Tensor:
    shape = torch.Size()

    def flat(t: torch.Tensor) -> torch.Tensor:
        nonlocal shape
        y = f(t.reshape(x.shape))
        shape = y.shape
        return y.reshape(-1)

    matrix = jacobian(flat, x.reshape(-1))
    return matrix.reshape(*shape, *x.shape)
