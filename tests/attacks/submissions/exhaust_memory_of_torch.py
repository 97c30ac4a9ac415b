# exercise: stamina
# expect: *=memory|raised
"""A tensor of a tebibyte."""
import torch


def double(x):
    return torch.zeros(1 << 38)
