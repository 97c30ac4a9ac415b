"""Leaves: where gradients arrive, and which tensors are leaves at all."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def make_leaf(data: Tensor, dtype: torch.dtype) -> Tensor:
    """A leaf that requires gradients, with the numbers of ``data`` in ``dtype``."""
    if not dtype.is_floating_point:
        raise TypeError(f"{dtype} can't require gradients")
    # First the dtype, then the flag: a conversion after it would be a recorded operation.
    return data.detach().to(dtype, copy=True).requires_grad_()


def gradient_of(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """The gradient of ``f(x)`` by ``x``, which does not require gradients."""
    leaf = x.detach().clone().requires_grad_()
    f(leaf).backward()
    assert leaf.grad is not None
    return leaf.grad


def predict(program: list[tuple[str, ...]]) -> dict[str, tuple[bool, bool]]:
    """``(is_leaf, requires_grad)`` of every tensor at the end of ``program``."""
    check(program)
    requires: dict[str, bool] = {}
    recorded: set[str] = set()  # made by an operation that autograd wrote down
    for name, operation, *operands in program:
        if not operands:
            requires[name] = operation in ("parameter", "requires_grad_")
            continue
        requires[name] = operation in ("mul", "clone") and any(requires[o] for o in operands)
        if requires[name]:
            recorded.add(name)
    return {name: (name not in recorded, requires[name]) for name in requires}


def check(program: list[tuple[str, ...]]) -> None:
    """Refuse a program that asks for gradients of anything but floating-point numbers."""
    floating: dict[str, bool] = {}
    for name, operation, *operands in program:
        if operands:
            numbers = any(floating[operand] for operand in operands)
            floating[name] = numbers and operation not in ("greater", "long")
        elif operation != "requires_grad_":
            floating[name] = operation != "integers"
        elif not floating[name]:
            raise ValueError(f"{name} holds no floating-point numbers")
