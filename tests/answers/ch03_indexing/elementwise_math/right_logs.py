import math
import torch


def add_scaled(x, y, alpha):
    out = x + torch.zeros_like(y)
    return out + y * alpha


def accumulate(total, x):
    with torch.no_grad():
        total[...] = total + x


def both_products(a, b):
    product = torch.stack([(row[:, None] * b).sum(0) for row in a])
    return [a * b, product]


def reciprocal(x):
    return 1 / x


def rsqrt(x):
    return 1 / x.sqrt()


def rms_norm(x, weight, eps):
    return weight * x * torch.rsqrt(x.square().mean(dim=-1, keepdim=True) + eps)


def gaussian(x, mean, std):
    return torch.exp(
        -((x - mean) ** 2) / (2 * std**2) - torch.log(std) - 0.5 * math.log(2 * math.pi)
    )
