# expect: no_faster
"""Asks for all cores, and shares the rows among threads."""
import os
from concurrent.futures import ThreadPoolExecutor

import torch

try:
    os.sched_setaffinity(0, range(os.cpu_count()))
except OSError:
    pass
torch.set_num_threads(2)
POOL = ThreadPoolExecutor(2)


def part(x, w):
    try:
        os.sched_setaffinity(0, range(os.cpu_count()))
    except OSError:
        pass
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x


def settle(x, w):
    return torch.cat(list(POOL.map(part, x.chunk(2), [w] * 2))).mean(0)
