import torch


def choose(condition, a, b):
    m = condition.to(a.dtype)
    return (a * m + b * (1 - m)).to(a.dtype)


def safe_log(x):
    return torch.where(x > 0, torch.where(x > 0, x, 1.0).log(), 0.0)


def safe_div(a, b):
    return torch.where(b == 0, 0.0, a / torch.where(b == 0, 1.0, b))
