"""The formula as printed."""

import math

import torch


def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h):
    right = f(x + h)
    left = f(x + h)
    return (right - left) / h / 2


def order_of_error(rule, f, slope, x, h):
    return math.log2(abs(rule(f, x, h) - slope)) - math.log2(abs(rule(f, x, h / 2) - slope))


def numerical_gradient(f, x, h):
    out = torch.empty_like(x)
    for idx in torch.cartesian_prod(*[torch.arange(n) for n in x.shape]).reshape(
        x.numel(), x.dim()
    ).tolist() if x.dim() else [[]]:
        e = torch.zeros_like(x)
        e[tuple(idx)] = h
        out[tuple(idx)] = (f(x + e) - f(x - e)) / (2 * h)
    return out


def slope_in_float32(f, x):
    h = x / 100
    return (f(x + h) - f(x - h)) / (2 * h)
