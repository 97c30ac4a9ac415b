import torch


def add_scaled(x, y, alpha):
    return x + y * alpha


def accumulate(total, x):
    total.requires_grad_(False)
    total += x
    total.requires_grad_(True)


def both_products(a, b):
    return torch.mul(a, b), a.matmul(b)


def reciprocal(x):
    return 1 / x


def rsqrt(x):
    return x.rsqrt()


def rms_norm(x, weight, eps):
    size = (x.pow(2).mean(-1, keepdim=True) + eps) ** 0.5
    return weight * (x / size)


def gaussian(x, mean, std):
    z = (x - mean) / std
    return (-z * z / 2).exp() / std / (2 * torch.pi) ** 0.5
