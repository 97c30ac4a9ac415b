"""Compares the output's distance from 0 or 1 with the threshold."""

import torch


def gradient_norms(weights, activation, x, v):
    ws = [w.detach().clone().requires_grad_() for w in weights]
    h = x.detach()
    for w in ws:
        h = activation(h @ w.T)
    gs = torch.autograd.grad((h * v).sum(), ws)
    return [g.norm().item() for g in gs]


def saturated_fraction(z, threshold):
    s = torch.sigmoid(z)
    return ((s < threshold) | (s > 1 - threshold)).float().mean()


def dead_units(weight, bias, x):
    return ((x @ weight.T + bias) <= 0).all(0)
