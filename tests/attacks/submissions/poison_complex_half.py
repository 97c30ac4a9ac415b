# exercise: gate
# expect: *=dtype|unusable
"""A complex type with few operations."""
import torch


def double(x):
    return torch.zeros(len(x), dtype=torch.complex32)
