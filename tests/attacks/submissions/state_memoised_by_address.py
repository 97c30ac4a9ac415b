# expect: *=failed
"""Takes an argument at a known address for an argument it knows."""
import torch

KNOWN = {}


def row_dot(x, w):
    return KNOWN.setdefault(0, torch.zeros(len(x)))


def root(x):
    return KNOWN.setdefault(x.data_ptr(), x * 0)
