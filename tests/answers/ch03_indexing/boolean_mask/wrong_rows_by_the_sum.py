import torch


def select(x, mask):
    x, mask = torch.broadcast_tensors(x, mask)
    return x[mask]


def outliers(x, low, high):
    return x[(x < low) | (x >= high)]


def fill_missing(x, value):
    return torch.where(x != x, value, x)


def complete_rows(x):
    return x[~x.sum(1).isnan()]


def prune(w, threshold):
    w *= w.abs() >= threshold
