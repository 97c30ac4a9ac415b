# exercise: gate
# expect: *=too_large|memory
"""More bytes than a reply may have."""
import torch


def double(x):
    return torch.zeros(1 << 26).repeat(2)[: (1 << 26) + 1]
