# exercise: gate
# expect: *=unsupported
"""A tensor without data."""
import torch


def double(x):
    return torch.empty(len(x), device="meta")
