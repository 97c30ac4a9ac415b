"""With Python lists."""

import math

import torch


def select(x, mask):
    x, mask = torch.broadcast_tensors(x, mask)
    chosen = [v for v, m in zip(x.flatten().tolist(), mask.flatten().tolist()) if m]
    return torch.tensor(chosen, dtype=x.dtype)


def outliers(x, low, high):
    return torch.tensor([v for v in x.flatten().tolist() if v < low or v >= high], dtype=x.dtype)


def fill_missing(x, value):
    y = [value if math.isnan(v) else v for v in x.flatten().tolist()]
    return torch.tensor(y, dtype=x.dtype).reshape(x.shape)


def complete_rows(x):
    keep = [i for i in range(x.shape[0]) if not x[i].isnan().any()]
    return x[torch.tensor(keep, dtype=torch.int64)]


def prune(w, threshold):
    for place in (w.abs() < threshold).nonzero().tolist():
        w[tuple(place)] = 0
