"""maximum, and a log1p on a negative exponent; inverse by logarithms of expm1."""

import torch


def softplus(x, beta=1.0):
    zero = torch.zeros_like(x)
    small = torch.log1p(torch.exp(torch.minimum(beta * x, -beta * x)))
    return torch.maximum(x, zero) + small / beta


def softplus_derivative(x, beta=1.0):
    return 1 - torch.sigmoid(-x * beta)


def inverse_softplus(y):
    big = y > 20
    safe = y.masked_fill(big, 1.0)
    return torch.where(big, y, torch.log(torch.expm1(safe)))
