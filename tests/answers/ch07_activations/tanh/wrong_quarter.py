"""The derivative is that of sigmoid(2x), and the network adds a quarter of the weights."""

import torch


def tanh(x):
    return 2 * torch.sigmoid(2 * x) - 1


def tanh_derivative(x):
    s = torch.sigmoid(2 * x)
    return s * (1 - s)


def tanh_network(w1, b1, w2, b2):
    return w1 / 2, b1 / 2, w2 / 2, b2 + w2.sum(1) / 4
