import torch


def choose(condition, a, b):
    condition, a, b = torch.broadcast_tensors(condition, a, b)
    return b.clone().masked_scatter(condition, a[condition])


def safe_log(x):
    return torch.where(x > 0, torch.where(x > 0, x, 1.0).log(), 0.0)


def safe_div(a, b):
    q = a / b
    q[(b == 0).expand(q.shape)] = 0
    return q
