"""Gradient times u, whatever its length."""

import math

import torch


def grad(f, x):
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    (g,) = torch.autograd.grad(y, leaf)
    return g


def partial(f, x, i):
    return grad(f, x)[i]


def directional(f, x, u):
    if torch.all(u == 0):
        raise ValueError("zero vector")
    u = u.double()
    return grad(f, x) @ u


def steepest(f, x):
    g = grad(f, x)
    n = torch.linalg.vector_norm(g)
    if n < 1e-6:
        raise ValueError("flat")
    return g / n, n


def direction_with_slope(f, x, slope):
    g = grad(f, x)
    n = g.norm()
    if abs(slope) > n:
        raise ValueError("too steep")
    # Gram-Schmidt on a random vector
    r = torch.randn(len(x), dtype=torch.float64)
    r = r - (r @ g) / (g @ g) * g
    r = r / r.norm()
    c = slope / n
    return c * g / n - torch.sqrt(1 - c * c) * r
