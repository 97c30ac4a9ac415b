"""Trains with the step itself, and takes a missing gradient for 0."""

import torch


def step(x):
    return (x >= 0).to(x.dtype)


def flat_interval(z):
    on, off = z[z >= 0], z[z < 0]
    inf = torch.tensor(float("inf"))
    return -(on.min() if len(on) else inf), -(off.max() if len(off) else -inf)


def straight_through(x, width=1.0):
    soft = torch.clamp(x, -width, width)
    return soft + (step(x) - soft).detach()


def fit_step_unit(x, y, w, b, lr, steps):
    w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
    for _ in range(steps):
        loss = ((step(x @ w + b) - y) ** 2).mean() + 0 * (w.sum() + b)
        gw, gb = torch.autograd.grad(loss, (w, b))
        w = (w - lr * gw).detach().requires_grad_()
        b = (b - lr * gb).detach().requires_grad_()
    return w.detach(), b.detach()
