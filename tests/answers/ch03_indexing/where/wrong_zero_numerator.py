import torch


def choose(condition, a, b):
    condition, a, b = torch.broadcast_tensors(condition, a, b)
    out = b.clone()
    out[condition] = a[condition]
    return out


def safe_log(x):
    ok = x > 0
    return torch.where(ok, torch.where(ok, x, 1.0).log(), 0.0)


def safe_div(a, b):
    ok = (b != 0) & (a != 0)
    return torch.where(ok, a / torch.where(ok, b, 1.0), 0.0)
