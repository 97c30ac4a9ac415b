"""An autograd.Function with two inputs; the training with backward and .grad."""

import math

import torch


class STE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, width):
        ctx.mask = (-width <= x) & (x <= width)
        return torch.ge(x, 0).type_as(x)

    @staticmethod
    def backward(ctx, grad):
        return grad.masked_fill(~ctx.mask, 0), None


def step(x):
    return torch.ge(x, 0).type_as(x)


def flat_interval(z):
    low, high = -math.inf, math.inf
    for value in z.tolist():
        if value >= 0:
            low = max(low, -value)
        else:
            high = min(high, -value)
    return low, high


def straight_through(x, width=1.0):
    return STE.apply(x, width)


def fit_step_unit(x, y, w, b, lr, steps):
    w = w.clone().detach().requires_grad_(True)
    b = b.clone().detach().requires_grad_(True)
    for _ in range(steps):
        loss = (y - straight_through(x @ w + b)).square().mean()
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad = None
        b.grad.zero_()
    return w, b
