"""The functions of PyTorch with masked in their name, except one."""

import torch


def select(x, mask):
    shape = (torch.empty_like(x, dtype=torch.bool) | mask).shape
    return x.expand(shape)[mask.expand(shape)]


def outliers(x, low, high):
    return select(x, torch.logical_or(torch.lt(x, low), torch.ge(x, high)))


def fill_missing(x, value):
    return x.masked_fill(torch.isnan(x), value)


def complete_rows(x):
    return x[x.isnan().logical_not().all(1)]


def prune(w, threshold):
    w.masked_fill_((-threshold < w) & (w < threshold), 0.0)
