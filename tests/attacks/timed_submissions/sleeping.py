# expect: slower
"""Sleeps, which takes no processor time."""
import time

import torch


def settle(x, w):
    time.sleep(0.004)
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x.mean(0)
