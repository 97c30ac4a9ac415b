"""backward on the caller's own matrices."""

import torch


def gradient_norms(weights, activation, x, v):
    for w in weights:
        w.requires_grad = True
    h = x
    for w in weights:
        h = activation(h.matmul(w.t()))
    torch.autograd.backward([h], [v])
    return [torch.linalg.norm(w.grad) for w in weights]


def saturated_fraction(z, threshold):
    y = torch.sigmoid(z)
    return float((y * (1 - y) < threshold).sum()) / z.numel()


def dead_units(weight, bias, x):
    return ~((x @ weight.T + bias) > 0).any(0)
