# exercise: stamina
# expect: *=value|memory|raised|exited|signal|protocol|timeout
"""Fills its memory and answers when there is none left to answer with."""
import torch

KEPT = []


def double(x):
    for size in (1 << 24, 1 << 16, 1 << 8):
        try:
            while True:
                KEPT.append(bytearray(size))
        except MemoryError:
            pass
    return torch.zeros_like(x)
