"""Operations of your own: forward and backward, written by hand."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.autograd import Function


class Swish(Function):
    """``x * sigmoid(beta * x)``, element by element."""

    @staticmethod
    def forward(ctx, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.beta = beta  # a number, not a tensor: it may hang on ctx
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx, upstream: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(ctx.beta * x)
        return upstream * (s + ctx.beta * x * s * (1 - s)), None


class Affine(Function):
    """``x @ w + b``."""

    @staticmethod
    def forward(ctx, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        ctx.save_for_backward(x, w)
        return x @ w + b

    @staticmethod
    def backward(ctx, upstream: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x, w = ctx.saved_tensors
        return upstream @ w.T, x.T @ upstream, upstream.sum(0)
