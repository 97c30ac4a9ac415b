"""Backwards through each operation, as backward() does it."""

import torch


def sum_gradient(x, c):
    by_terms = torch.ones_like(x)
    by_cubes = by_terms * c
    return by_cubes * 3 * x.pow(2)


def mean_gradient(x):
    up = torch.ones_like(x) / torch.tensor(x.shape).prod() if x.dim() else torch.ones_like(x)
    up = up * 3
    return up * 2 * (x + 2)


def regression_gradients(x, w, b, y):
    n, m = y.shape
    residual = x.mm(w) + b.expand(n, m) - y
    up = residual.mul(2).div(n).div(m)
    return (up.t() @ x).t(), torch.ones(n, dtype=up.dtype) @ up
