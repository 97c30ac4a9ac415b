import torch
from torch.autograd import Function


class Swish(Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(ctx.beta * x)
        return upstream * (s + ctx.beta * x * s * (1 - s)), None


class Affine(Function):
    kept = None

    @staticmethod
    def forward(ctx, x, w, b):
        Affine.kept = x.clone(), w.clone()
        return x @ w + b

    @staticmethod
    def backward(ctx, upstream):
        x, w = Affine.kept
        return upstream @ w.T, x.T @ upstream, upstream.sum(0)
