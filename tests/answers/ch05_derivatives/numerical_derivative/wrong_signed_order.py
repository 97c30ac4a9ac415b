"""The errors keep their signs and the step is doubled instead of halved."""

import math

import torch


def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def order_of_error(rule, f, slope, x, h):
    return math.log2((rule(f, x, 2 * h) - slope) / (rule(f, x, h) - slope))


def numerical_gradient(f, x, h):
    eye = torch.eye(x.numel(), dtype=x.dtype) * h
    return torch.tensor(
        [float(f(x + e.view(x.shape)) - f(x - e.view(x.shape))) / (2 * h) for e in eye],
        dtype=x.dtype,
    ).view(x.shape)


def slope_in_float32(f, x):
    h = x / 100
    return (f(x + h) - f(x - h)) / (2 * h)
