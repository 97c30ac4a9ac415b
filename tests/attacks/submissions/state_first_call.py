# expect: values=value *=failed
"""Right on the first call of its life only."""
import torch

CALLS = []


def row_dot(x, w):
    CALLS.append(None)
    return (x * w).sum(1) if len(CALLS) == 1 else torch.zeros(len(x))
