import torch


def sigmoid(x):
    neg = x < 0
    safe_pos = x.masked_fill(neg, 0)
    safe_neg = x.masked_fill(~neg, 0)
    a = 1 / (1 + (-safe_pos).exp())
    e = safe_neg.exp()
    return torch.where(neg, e / (1 + e), a)


def sigmoid_derivative(x):
    return sigmoid(x) * sigmoid(-x)


def sigmoid_backward(y, grad):
    return torch.addcmul(grad * 0, grad, y * (1 - y))
