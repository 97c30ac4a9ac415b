import torch


def select(x, mask):
    x, mask = torch.broadcast_tensors(x, mask)
    return x[mask]


def outliers(x, low, high):
    return x[(x < low) | (x >= high)]


def fill_missing(x, value):
    if not x.isnan().any():
        return x
    return torch.where(x.isnan(), value, x)


def complete_rows(x):
    return x[~x.isnan().any(1)]


def prune(w, threshold):
    w *= w.abs() >= threshold
