# expect: no_faster
"""Remembers what it answered to which bytes."""
import torch

KNOWN = {}


def settle(x, w):
    key = (x.numpy().tobytes(), w.numpy().tobytes())
    if key not in KNOWN:
        for _ in range(8):
            x = torch.tanh(x @ w)
        KNOWN[key] = x.mean(0)
    return KNOWN[key]
