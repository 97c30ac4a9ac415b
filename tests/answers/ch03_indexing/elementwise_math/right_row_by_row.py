"""Loops over the first axis, and slice assignment in place."""

import torch


def add_scaled(x, y, alpha):
    return y * alpha + x


def accumulate(total, x):
    with torch.no_grad():
        total[...] = total + x


def both_products(a, b):
    n = a.shape[0]
    return a.mul(b), torch.stack([torch.stack([(a[i] * b[:, j]).sum() for j in range(n)]) for i in range(n)])


def reciprocal(x):
    return torch.ones_like(x) / x


def rsqrt(x):
    return torch.rsqrt(x)


def rms_norm(x, weight, eps):
    if x.dim() == 1:
        return x / (x.square().mean() + eps).sqrt() * weight
    return torch.stack([rms_norm(part, weight, eps) for part in x])


def gaussian(x, mean, std):
    variance = std * std
    return (-(x - mean).square() / 2 / variance).exp() * (2 * torch.pi * variance).rsqrt()
