"""Flat one-hot steps; a power of two as relative step."""

import math

import torch


def forward_difference(f, x, h):
    y0 = f(x)
    y1 = f(x + h)
    return torch.tensor((y1 - y0) / h, dtype=torch.float64)


def central_difference(f, x, h):
    return (forward_difference(f, x, h) + forward_difference(f, x, -h)) / 2


def order_of_error(rule, f, slope, x, h):
    ratio = (rule(f, x, h) - slope) / (rule(f, x, h / 2) - slope)
    return math.log(abs(ratio), 2)


def numerical_gradient(f, x, h):
    base = x.detach().clone().reshape(-1)
    result = base.clone()
    for k in range(base.numel()):
        step = torch.zeros_like(base)
        step[k] = h
        up = f((base + step).reshape(x.shape))
        down = f((base - step).reshape(x.shape))
        result[k] = (up - down) / (2 * h)
    return result.reshape(x.shape)


def slope_in_float32(f, x):
    h = 2.0 ** math.floor(math.log2(float(x))) / 128
    return (f(x + h) - f(x - h)) / (2 * h)
