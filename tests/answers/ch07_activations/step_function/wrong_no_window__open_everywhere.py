"""The usual one-liner, which lets everything through."""

import torch


def step(x):
    return (x >= 0).to(x.dtype)


def flat_interval(z):
    on, off = z[z >= 0], z[z < 0]
    inf = torch.tensor(float("inf"))
    return -(on.min() if len(on) else inf), -(off.max() if len(off) else -inf)


def straight_through(x, width=1.0):
    return x + (step(x) - x).detach()


def fit_step_unit(x, y, w, b, lr, steps):
    for _ in range(steps):
        z = x @ w + b
        g = 2 * (step(z) - y) * (z.abs() <= 1) / len(y)
        w, b = w - lr * x.T @ g, b - lr * g.sum()
    return w, b
