# expect: *=passed
"""A right answer that takes its time over every call."""
import time

import torch


def row_dot(x, w):
    time.sleep(0.01)
    return torch.stack([sum(a * b for a, b in zip(row, w)) for row in x])


def raise_by(x, amount):
    time.sleep(0.01)
    x.add_(amount)


def root(x):
    time.sleep(0.01)
    if min(x.tolist()) < 0:
        raise ValueError
    return x**0.5
