# expect: slower
"""Right, row by row."""
import torch


def settle(x, w):
    for _ in range(8):
        x = torch.stack([torch.tanh(row @ w) for row in x])
    return x.mean(0)
