"""Builds a small graph inside backward."""

import torch
from torch.autograd import Function


def formula(x, beta):
    return x / (1 + torch.exp(-beta * x))


class Swish(Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        return formula(x, beta)

    @staticmethod
    def backward(ctx, g):
        x = ctx.saved_tensors[0].detach().requires_grad_()
        with torch.enable_grad():
            y = formula(x, ctx.beta)
        return torch.autograd.grad(y, x, g)[0], None


class Affine(Function):
    @staticmethod
    def forward(ctx, x, w, b):
        ctx.save_for_backward(x, w, b)
        return torch.nn.functional.linear(x, w.T, b)

    @staticmethod
    def backward(ctx, g):
        leaves = [t.detach().requires_grad_() for t in ctx.saved_tensors]
        with torch.enable_grad():
            y = torch.nn.functional.linear(leaves[0], leaves[1].T, leaves[2])
        return torch.autograd.grad(y, leaves, g)
