# exercise: gate
# expect: *=value
"""The largest floats, so that a squared error overflows."""
import torch


def double(x):
    return torch.full((len(x),), 3.4e38)
