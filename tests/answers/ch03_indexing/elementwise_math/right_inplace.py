import math
import torch


def add_scaled(x, y, alpha):
    return y * alpha + x


def accumulate(total, x):
    total.data.add_(x.detach())


def both_products(a, b):
    return a.mul(b), torch.einsum("ij,jk->ik", a, b)


def reciprocal(x):
    return x**-1.0


def rsqrt(x):
    return torch.pow(x, -0.5)


def rms_norm(x, weight, eps):
    size = torch.sqrt((x**2).sum(-1, keepdim=True) / x.shape[-1] + eps)
    return x / size * weight


def gaussian(x, mean, std):
    z = (x - mean) / std
    return torch.exp(-0.5 * z * z) / (std * math.sqrt(2 * math.pi))
