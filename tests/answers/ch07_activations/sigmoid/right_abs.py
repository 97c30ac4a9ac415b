import torch


def sigmoid(x):
    e = torch.exp(-x.abs())
    return torch.where(x < 0, e, torch.ones_like(e)) / (1 + e)


def sigmoid_derivative(x):
    e = torch.exp(-abs(x))
    return e / (1 + e) ** 2


def sigmoid_backward(y, grad):
    return grad * (y - y * y)
