import torch


def tanh(x):
    e = torch.exp(-2 * x.abs())
    return x.sign() * (1 - e) / (1 + e)


def tanh_derivative(x):
    return 1 - tanh(x) ** 2


def tanh_network(w1, b1, w2, b2):
    return -w1 / 2, -b1 / 2, -w2 / 2, b2 + 0.5 * w2 @ torch.ones(w2.shape[1], dtype=w2.dtype)
