import torch


def choose(condition, a, b):
    return condition * a + ~condition * b


def safe_log(x):
    ok = x > 0
    return torch.where(ok, torch.where(ok, x, 1.0).log(), 0.0)


def safe_div(a, b):
    zero = b == 0
    return (a / b.masked_fill(zero, 1.0)).masked_fill(zero, 0.0)
