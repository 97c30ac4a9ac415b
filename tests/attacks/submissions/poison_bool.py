# exercise: gate
# expect: *=dtype
"""A mask of True."""
import torch


def double(x):
    return torch.ones(len(x), dtype=torch.bool)
