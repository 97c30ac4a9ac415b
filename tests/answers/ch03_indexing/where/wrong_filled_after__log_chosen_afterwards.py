import torch


def choose(condition, a, b):
    condition, a, b = torch.broadcast_tensors(condition, a, b)
    return b.clone().masked_scatter(condition, a[condition])


def safe_log(x):
    return torch.log(x).masked_fill(x <= 0, 0.0)


def safe_div(a, b):
    return torch.where(b == 0, 0.0, a / torch.where(b == 0, 1.0, b))
