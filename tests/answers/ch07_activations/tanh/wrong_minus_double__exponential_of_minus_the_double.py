"""tanh by exp(-2x)."""

import torch


def tanh(x):
    e = torch.exp(-2 * x)
    return (1 - e) / (1 + e)


def tanh_derivative(x):
    f = tanh(x)
    return 1 - f * f


def tanh_network(w1, b1, w2, b2):
    return w1 / 2, b1 / 2, w2 / 2, b2 + w2.sum(1) / 2
