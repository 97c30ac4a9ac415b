# exercise: gate
# expect: *=dtype
"""A complex tensor with a pending conjugation."""
import torch


def double(x):
    return torch.zeros(len(x), dtype=torch.complex64).conj()
