# exercise: gate
# expect: *=shape|protocol|raised
"""A tensor of sixty-four axes."""
import torch


def double(x):
    return torch.zeros([1] * 64)
