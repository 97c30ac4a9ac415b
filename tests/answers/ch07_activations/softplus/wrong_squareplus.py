"""Another smooth ReLU, (x + sqrt(x^2 + 4)) / 2."""

import torch


def softplus(x, beta=1.0):
    z = beta * x
    return (z + torch.sqrt(z * z + 4)) / 2 / beta


def softplus_derivative(x, beta=1.0):
    z = beta * x
    return (1 + z / torch.sqrt(z * z + 4)) / 2


def inverse_softplus(y):
    return y - 1 / y
