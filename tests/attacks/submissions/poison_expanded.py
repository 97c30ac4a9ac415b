# exercise: gate
# expect: *=too_large
"""A single number that claims to be a tebibyte."""
import torch


def double(x):
    return torch.zeros(1).expand(2**38)
