# exercise: gate
# expect: *=dtype
"""An integer type with few operations."""
import torch


def double(x):
    return torch.zeros(len(x), dtype=torch.uint64)
