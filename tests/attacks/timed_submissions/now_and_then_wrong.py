# expect: value
"""Does one call in seven by less than the work."""
import torch

CALLS = []


def settle(x, w):
    CALLS.append(None)
    for _ in range(8 if len(CALLS) % 7 else 1):
        x = torch.tanh(x @ w)
    return x.mean(0)
