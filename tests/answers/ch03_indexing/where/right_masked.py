import torch


def choose(condition, a, b):
    condition, a, b = torch.broadcast_tensors(condition, a, b)
    out = b.clone()
    out[condition] = a[condition]
    return out


def safe_log(x):
    good = x > 0
    return torch.log(x.masked_fill(~good, 1.0))


def safe_div(a, b):
    zero = b == 0
    divisor = b.masked_fill(zero, 1.0)
    return (a / divisor).masked_fill(zero, 0.0)
