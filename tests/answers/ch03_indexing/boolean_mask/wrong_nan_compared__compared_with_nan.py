import math

import torch


def select(x, mask):
    x, mask = torch.broadcast_tensors(x, mask)
    return x[mask]


def outliers(x, low, high):
    return x[(x < low) | (x >= high)]


def fill_missing(x, value):
    return torch.where(x == math.nan, torch.tensor(value, dtype=x.dtype), x)


def complete_rows(x):
    return x[x.isnan().sum(dim=1) == 0]


def prune(w, threshold):
    w[w.abs() < threshold] = 0.0
