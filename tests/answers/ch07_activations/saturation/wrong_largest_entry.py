"""The largest entry of each gradient for its norm."""

import torch


def gradient_norms(weights, activation, x, v):
    ws = [w.detach().clone().requires_grad_() for w in weights]
    h = x
    for w in ws:
        h = activation(h @ w.T)
    return [g.abs().max().item() for g in torch.autograd.grad(h, ws, v)]


def saturated_fraction(z, threshold):
    y = torch.sigmoid(z)
    return (y * (1 - y) < threshold).double().mean()


def dead_units(weight, bias, x):
    return (x @ weight.T + bias <= 0).all(0)
