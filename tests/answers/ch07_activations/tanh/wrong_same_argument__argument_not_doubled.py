"""tanh without the inner 2."""

import torch


def tanh(x):
    return (torch.sigmoid(x) - 0.5) / 0.5


def tanh_derivative(x):
    f = 2 * torch.sigmoid(2 * x) - 1
    return 1 - f * f


def tanh_network(w1, b1, w2, b2):
    return w1 / 2, b1 / 2, w2 / 2, b2 + w2.sum(1) / 2
