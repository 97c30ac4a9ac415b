"""A where over two formulas, one of which overflows."""

import torch


def sigmoid(x):
    e = torch.exp(x)
    left = e / (e + 1)
    right = (1 + torch.exp(-x)) ** -1
    return torch.where(x < 0, left, right)


def sigmoid_derivative(x):
    y = sigmoid(x)
    return y * (1 - y)


def sigmoid_backward(y, grad):
    return (y - y * y) * grad
