"""Forgets to put the coordinate back."""

import math


def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def order_of_error(rule, f, slope, x, h):
    return math.log2(abs(rule(f, x, h) - slope)) - math.log2(abs(rule(f, x, h / 2) - slope))


def numerical_gradient(f, x, h):
    flat = x.contiguous().clone().view(-1)
    grad = flat.clone()
    for i in range(len(flat)):
        flat[i] = flat[i] + h
        a = f(flat.view(x.shape)).item()
        flat[i] = flat[i] - 2 * h
        b = f(flat.view(x.shape)).item()
        grad[i] = (a - b) / 2 / h
    return grad.view(x.shape)


def slope_in_float32(f, x):
    h = x / 100
    return (f(x + h) - f(x - h)) / (2 * h)
