"""The smaller, the better."""

import math

import torch


def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def order_of_error(rule, f, slope, x, h):
    return math.log2(abs(rule(f, x, h) - slope)) - math.log2(abs(rule(f, x, h / 2) - slope))


def numerical_gradient(f, x, h):
    out = torch.zeros_like(x)
    if x.dim() == 0:
        out += (f(x + h) - f(x - h)) / (2 * h)
        return out
    for k in range(len(x)):

        def inner(t, k=k):
            y = x.clone()
            y[k] = t
            return f(y)

        out[k] = numerical_gradient(inner, x[k], h)
    return out


def slope_in_float32(f, x):
    h = 1e-10
    return (f(x + h) - f(x)) / h
