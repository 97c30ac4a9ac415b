# exercise: gate
# expect: *=value
"""An nn.Parameter with history."""
import torch


def double(x):
    return torch.nn.Parameter(torch.zeros(len(x)))
