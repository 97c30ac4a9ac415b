# exercise: gate
# expect: *=dtype
"""The right numbers as complex numbers."""
import torch


def double(x):
    return (2 * x).to(torch.complex64)
