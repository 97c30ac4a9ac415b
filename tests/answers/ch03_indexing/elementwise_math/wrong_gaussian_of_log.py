import math

import torch


def add_scaled(x, y, alpha):
    return x + alpha * y


def accumulate(total, x):
    with torch.no_grad():
        total.add_(x)


def both_products(a, b):
    return a * b, a.matmul(b)


def reciprocal(x):
    return 1.0 / x


def rsqrt(x):
    return torch.rsqrt(x)


def rms_norm(x, weight, eps):
    return x * torch.rsqrt(x.pow(2).mean(-1, True) + eps) * weight


def gaussian(x, mean, std):
    return -((x - mean) ** 2) / (2 * std**2) - torch.log(std) - math.log(2 * math.pi) / 2
