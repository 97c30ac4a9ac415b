"""Halves everywhere, but the constant part is lost."""

import torch


def tanh(x):
    return 2 * torch.sigmoid(2 * x) - 1


def tanh_derivative(x):
    return 1 - tanh(x).pow(2)


def tanh_network(w1, b1, w2, b2):
    return 0.5 * w1, 0.5 * b1, 0.5 * w2, b2 + 0
