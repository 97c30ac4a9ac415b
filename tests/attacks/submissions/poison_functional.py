# exercise: gate
# expect: *=unsupported
"""A batched tensor, taken out of vmap."""
import torch


def double(x):
    return LEVEL(x)


def LEVEL(x):
    kept = []
    torch.func.vmap(lambda row: kept.append(row.sum()) or row)(x)
    return kept[0]
