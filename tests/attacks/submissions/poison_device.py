# exercise: gate
# expect: *=type|raised
"""A device, a dtype, a size."""
import torch


def double(x):
    return (torch.device("cuda:3"), torch.float8_e5m2, torch.Size([2**40]), torch.device("meta"))
