"""The formula of the textbook: the values are fine."""

import torch


def sigmoid(x):
    return torch.reciprocal(torch.exp(torch.neg(x)) + 1)


def sigmoid_derivative(x):
    return sigmoid(x) * (1 - sigmoid(x))


def sigmoid_backward(y, grad):
    return y * (1 - y) * grad
