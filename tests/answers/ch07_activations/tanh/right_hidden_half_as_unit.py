"""Everything by matrix products and powers of two."""

import torch


def tanh(x):
    return torch.sigmoid(x + x).mul(2).sub(1)


def tanh_derivative(x):
    e = torch.exp(-2 * x.abs())
    return 4 * e / (1 + e) ** 2


def tanh_network(w1, b1, w2, b2):
    halves = torch.full((w2.shape[1],), 0.5, dtype=w2.dtype)
    return w1.mul(0.5), b1.mul(0.5), w2.mul(0.5), torch.addmv(b2, w2, halves)
