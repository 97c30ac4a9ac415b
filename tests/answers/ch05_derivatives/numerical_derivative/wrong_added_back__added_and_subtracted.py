import math

import torch


def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def order_of_error(rule, f, slope, x, h):
    a = abs(rule(f, x, h) - slope)
    b = abs(rule(f, x, h / 2) - slope)
    return math.log2(a / b)


def numerical_gradient(f, x, h):
    out = []
    for i in range(x.numel()):
        idx = tuple(int(k) for k in torch.unravel_index(torch.tensor(i), x.shape))
        x[idx] += h
        a = float(f(x))
        x[idx] -= 2 * h
        b = float(f(x))
        x[idx] += h
        out.append((a - b) / (2 * h))
    return torch.tensor([float(o) for o in out], dtype=x.dtype).reshape(x.shape)


def slope_in_float32(f, x):
    h = x * 0.005
    a, b = x + h, x - h
    return (f(a) - f(b)) / (a - b)
