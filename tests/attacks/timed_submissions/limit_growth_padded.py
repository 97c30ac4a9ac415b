# expect: exponent_0
"""Takes for every input as long as for a large one: `grows_like` alone is no proof of anything."""
import time

import torch


def settle(x, w):
    started = time.perf_counter()
    for _ in range(8):
        x = torch.stack([torch.tanh(row @ w) for row in x])
    while time.perf_counter() - started < 0.02:
        pass
    return x.mean(0)
