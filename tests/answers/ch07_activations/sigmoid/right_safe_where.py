"""Both branches of where see harmless numbers only."""

import torch


def sigmoid(x):
    right = x > 0
    a = torch.where(right, x, torch.zeros_like(x))
    b = torch.where(right, torch.zeros_like(x), x)
    return torch.where(right, 1 / (1 + torch.exp(-a)), torch.exp(b) / (1 + torch.exp(b)))


def sigmoid_derivative(x):
    p = torch.exp(-torch.abs(x))
    return p / ((1 + p) * (1 + p))


def sigmoid_backward(y, grad):
    return torch.einsum("...,...,...->...", y, 1 - y, grad)
