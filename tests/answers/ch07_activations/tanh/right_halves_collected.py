"""The second bias collects the halves one by one."""

import torch


def tanh(x):
    s = torch.sigmoid(-2 * x)
    return 1 - 2 * s


def tanh_derivative(x):
    return 1 - tanh(x).square()


def tanh_network(w1, b1, w2, b2):
    v1, c1 = w1 * 0.5, b1 * 0.5
    c2 = b2.clone()
    for row in range(w2.shape[0]):
        for weight in w2[row]:
            c2[row] = c2[row] + 0.5 * weight
    return v1, c1, torch.stack([row / 2 for row in w2]), c2
