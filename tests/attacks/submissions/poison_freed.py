# exercise: gate
# expect: *=unsupported|raised|value|signal
"""A tensor whose storage was taken away."""
import torch


def double(x):
    return freed(x)


def freed(x):
    y = torch.zeros(len(x))
    y.untyped_storage().resize_(0)
    return y
