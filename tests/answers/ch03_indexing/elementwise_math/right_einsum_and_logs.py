"""Products by einsum, roots and quotients by way of exponents."""

import math

import torch


def add_scaled(x, y, alpha):
    x, y = torch.broadcast_tensors(x, y)
    out = x.clone()
    out += y.mul(alpha)
    return out


def accumulate(total, x):
    total.data += x


def both_products(a, b):
    return torch.einsum("ij,ij->ij", a, b), torch.einsum("ij,jk->ik", a, b)


def reciprocal(x):
    if not torch.is_floating_point(x):
        x = x.to(torch.float32)
    return x ** (-1)


def rsqrt(x):
    return reciprocal(torch.sqrt(x))


def rms_norm(x, weight, eps):
    d = x.size(-1)
    mean = torch.einsum("...i,...i->...", x, x) / d
    return torch.einsum("...i,...,i->...i", x, rsqrt(mean + eps), weight)


def gaussian(x, mean, std):
    return torch.exp(-0.5 * ((x - mean) / std).pow(2) - torch.log(std) - 0.5 * math.log(2 * math.pi))
