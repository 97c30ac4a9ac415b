"""backward() from more than one number: a vector times the Jacobian."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def vjp(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    """v J, where J is the Jacobian of ``f`` at ``x``."""
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    if v.shape != y.shape:
        raise ValueError(f"v has shape {tuple(v.shape)}, f(x) has {tuple(y.shape)}")
    y.backward(v)
    assert leaf.grad is not None
    return leaf.grad


def jacobian_diagonal(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """The diagonal of the Jacobian of ``f`` at ``x``."""
    # A pass gives one row: v = (0, .., 1, .., 0) asks for the gradient of a single output.
    rows = [vjp(f, x, v) for v in torch.eye(len(x), dtype=x.dtype)]
    return torch.stack(rows).diagonal()
