"""detach: the same numbers in the same memory, without the history."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def stop_gradient(x: Tensor) -> Tensor:
    """The numbers of ``x``, in the memory of ``x``, without its history."""
    return x.detach()


def snapshot(x: Tensor) -> Tensor:
    """A copy of ``x`` that shares neither memory nor history with it."""
    return x.detach().clone()


def cube_with_frozen_square(x: Tensor) -> Tensor:
    """``u * x`` where ``u = x * x`` counts as a constant."""
    u = (x * x).detach()
    return u * x


def imitation_loss(
    learner: Callable[[Tensor], Tensor], teacher: Callable[[Tensor], Tensor], x: Tensor
) -> Tensor:
    """Mean squared distance of ``learner(x)`` to ``teacher(x)``, where only the learner learns."""
    with torch.no_grad():
        target = teacher(x)
    return ((learner(x) - target) ** 2).mean()


def imitation_loss(learner, teacher, x):
    x.requires_grad_(False)
    t = teacher(x)
    x.requires_grad_(True)
    return ((learner(x) - t) ** 2).mean()
