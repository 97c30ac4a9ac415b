# expect: value
"""Half the digits, and back."""
import torch


def settle(x, w):
    x, w = x.bfloat16(), w.bfloat16()
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x.mean(0).float()
