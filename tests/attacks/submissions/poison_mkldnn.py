# exercise: gate
# expect: *=unsupported|raised
"""A tensor in a layout of its own."""
import torch


def double(x):
    return torch.zeros(len(x)).to_mkldnn()
