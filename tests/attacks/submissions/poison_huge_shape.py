# exercise: gate
# expect: *=shape
"""A tensor of no elements and an enormous shape."""
import torch


def double(x):
    return torch.empty(2**40, 0)
