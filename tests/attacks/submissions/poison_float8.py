# exercise: gate
# expect: *=value
"""Eight bits for each number."""
import torch


def double(x):
    return torch.zeros(len(x)).to(torch.float8_e5m2)
