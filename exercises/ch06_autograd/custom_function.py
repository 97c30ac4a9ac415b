"""Operations of your own: forward and backward, written by hand."""

from __future__ import annotations

from torch import Tensor
from torch.autograd import Function


class Swish(Function):
    """``Swish.apply(x, beta)`` is ``x * sigmoid(beta * x)``, element by element.

    ``x`` is a floating-point tensor of any shape, ``beta`` a Python float. Gradients flow to ``x``.

    >>> Swish.apply(torch.tensor([0.0, 2.0]), 1.0)
    tensor([0.0000, 1.7616])
    """

    @staticmethod
    def forward(ctx, x: Tensor, beta: float) -> Tensor:
        raise NotImplementedError

    @staticmethod
    def backward(ctx, upstream: Tensor):
        raise NotImplementedError


class Affine(Function):
    """``Affine.apply(x, w, b)`` is ``x @ w + b``.

    ``x`` has shape (n, k), ``w`` (k, m) and ``b`` (m,), all of one floating-point dtype. Gradients
    flow to all three.

    >>> Affine.apply(torch.tensor([[1.0, 2.0]]), torch.eye(2), torch.tensor([10.0, 20.0]))
    tensor([[11., 22.]])
    """

    @staticmethod
    def forward(ctx, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        raise NotImplementedError

    @staticmethod
    def backward(ctx, upstream: Tensor):
        raise NotImplementedError
