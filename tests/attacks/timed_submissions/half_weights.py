# expect: value
"""Half the digits of one argument only, and back."""
import torch


def settle(x, w):
    w = w.half().float()
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x.mean(0)
