# expect: no_faster
"""Holds so much memory that its end takes a while, in which the reference is to be timed."""
import torch

HELD = torch.ones(120 << 20)


def settle(x, w):
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x.mean(0)
