"""A triangular slope instead of a window, in both places."""

import torch


def step(x):
    return (x >= 0).to(x.dtype)


def flat_interval(z):
    on, off = z[z >= 0], z[z < 0]
    inf = torch.tensor(float("inf"))
    return -(on.min() if len(on) else inf), -(off.max() if len(off) else -inf)


class Triangle(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, width):
        ctx.save_for_backward(x)
        ctx.width = width
        return (x >= 0).to(x.dtype)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * (1 - x.abs() / ctx.width).clamp(min=0), None


def straight_through(x, width=1.0):
    return Triangle.apply(x, width)


def fit_step_unit(x, y, w, b, lr, steps):
    for _ in range(steps):
        w, b = w.detach().requires_grad_(), b.detach().requires_grad_()
        loss = ((straight_through(x @ w + b) - y) ** 2).mean()
        gw, gb = torch.autograd.grad(loss, (w, b))
        w, b = w - lr * gw, b - lr * gb
    return w.detach(), b.detach()
