"""The derivative of ELU as the value plus 1."""

import torch

SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


def relu(x):
    x = x if x.is_floating_point() else x.float()
    return x.clamp(min=0), (x > 0).to(x.dtype)


def leaky_relu(x, slope=0.01):
    x = x if x.is_floating_point() else x.float()
    d = torch.full_like(x, slope)
    d[x > 0] = 1
    return x * d, d


def elu(x, alpha=1.0):
    x = x if x.is_floating_point() else x.float()
    value = torch.where(x > 0, x, alpha * torch.expm1(x))
    return value, torch.where(x > 0, torch.ones_like(x), value + 1)


def selu(x):
    v, d = elu(x, SELU_ALPHA)
    return SELU_SCALE * v, SELU_SCALE * d
