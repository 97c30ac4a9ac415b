import torch


def tanh(x):
    return torch.sigmoid(2 * x) - torch.sigmoid(-2 * x)


def tanh_derivative(x):
    return 4 * torch.sigmoid(2 * x) * torch.sigmoid(-2 * x)


def tanh_network(w1, b1, w2, b2):
    v2 = w2 / 2
    return w1 * 0.5, b1 * 0.5, v2, b2 + v2.sum(dim=1)
