"""The chain rule: slopes multiply, and Jacobians multiply in the right order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

Function = Callable[[torch.Tensor], torch.Tensor]


def link_slopes(
    outer: Function, inner: Function, w: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    y1 = inner(w)
    y2 = outer(y1)
    (dy2_dy1,) = torch.autograd.grad(y2, y1, retain_graph=True)
    (dy1_dw,) = torch.autograd.grad(y1, w, retain_graph=True)
    (dy2_dw,) = torch.autograd.grad(y2, w)
    return dy2_dy1, dy1_dw, dy2_dw


def chain_jacobian(stages: Sequence[tuple[Function, Function]], x: torch.Tensor) -> torch.Tensor:
    product = torch.eye(len(x), dtype=x.dtype)
    for f, jacobian in stages:
        product = jacobian(x) @ product
        x = f(x)
    return product


def pull_back(
    stages: Sequence[tuple[Function, Function]], x: torch.Tensor, v: torch.Tensor
) -> torch.Tensor:
    points = [x]
    for f, _ in stages:
        points.append(f(points[-1]))
    for (_, jacobian), point in reversed(list(zip(stages, points, strict=False))):
        v = v @ jacobian(point)
    return v
