"""NumPy for the coordinates."""

import numpy as np
import torch


def forward_difference(f, x, h):
    return np.subtract(f(x + h), f(x)) / h


def central_difference(f, x, h):
    a, b = f(x + h), f(x - h)
    return 0.5 * (a - b) / h


def order_of_error(rule, f, slope, x, h):
    e1 = np.abs(rule(f, x, h) - slope)
    e2 = np.abs(rule(f, x, h / 2) - slope)
    return float(np.log2(e1) - np.log2(e2))


def numerical_gradient(f, x, h):
    values = x.numpy().copy()
    out = np.zeros_like(values)
    for index in np.ndindex(*values.shape):
        plus = values.copy()
        minus = values.copy()
        plus[index] += h
        minus[index] -= h
        up = f(torch.from_numpy(np.asarray(plus)))
        down = f(torch.from_numpy(np.asarray(minus)))
        out[index] = (up.item() - down.item()) / (2 * h)
    return torch.from_numpy(np.asarray(out))


def slope_in_float32(f, x):
    h = 0.02 * x
    # five places
    return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)
