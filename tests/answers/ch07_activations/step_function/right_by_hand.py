"""Loops and formulas."""

import torch


def step(x):
    return torch.heaviside(x, torch.ones((), dtype=x.dtype))


def flat_interval(z):
    s = step(z)
    on, off = z[s == 1], z[s == 0]
    return (
        -on.min() if on.numel() else torch.tensor(float("-inf")),
        off.max().neg() if off.numel() else torch.tensor(float("inf")),
    )


def straight_through(x, width=1.0):
    inside = x.abs().le(width)
    line = torch.where(inside, x, x.detach())
    return step(x.detach()) + (line - line.detach())


def fit_step_unit(x, y, w, b, lr, steps):
    n = y.shape[0]
    w, b = w.clone(), b.clone()
    for _ in range(steps):
        dw, db = torch.zeros_like(w), torch.zeros_like(b)
        for i in range(n):
            z = x[i].dot(w) + b
            if abs(z) <= 1:
                e = 2 * (float(z >= 0) - y[i]) / n
                dw += e * x[i]
                db += e
        w -= lr * dw
        b -= lr * db
    return w, b
