# exercise: gate
# expect: *=unsupported|raised
"""A dtype of less than a byte."""
import torch


def double(x):
    return torch.empty(len(x), dtype=torch.uint4)
