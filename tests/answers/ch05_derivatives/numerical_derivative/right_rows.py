import math
import torch


def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h):
    return 0.5 * (f(x + h) - f(x - h)) / h


def order_of_error(rule, f, slope, x, h):
    e1, e2 = abs(rule(f, x, h) - slope), abs(rule(f, x, h / 2) - slope)
    return math.log(e1 / e2) / math.log(2)


def numerical_gradient(f, x, h):
    n = x.numel()
    base = x.detach().reshape(-1)
    out = torch.zeros(n, dtype=x.dtype)
    for i in range(n):
        step = torch.zeros(n, dtype=x.dtype)
        step[i] = h
        out[i] = (f((base + step).reshape(x.shape)) - f((base - step).reshape(x.shape))) / (2 * h)
    return out.reshape(x.shape)


def slope_in_float32(f, x):
    h = x * 2.0**-7
    up, down = x + h, x - h
    return (f(up) - f(down)) / (up - down)
