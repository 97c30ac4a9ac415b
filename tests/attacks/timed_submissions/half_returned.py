# expect: dtype
"""Half the digits, and says so: to numbers of few digits a wide tolerance would be due."""
import torch


def settle(x, w):
    w = w.half().float()
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x.mean(0).half()
