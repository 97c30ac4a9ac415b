# expect: *=passed
"""A right answer in the expected form."""
import torch


def row_dot(x, w):
    return (x * w).sum(1)


def raise_by(x, amount):
    x += amount


def root(x):
    if bool((x < 0).any()):
        raise ValueError("an entry is negative")
    return x.sqrt()
