# exercise: stamina
# expect: *=value|raised|timeout|protocol
"""Fills the memory that it shares with the grader, then tries to take it away."""
import fcntl
import os

import torch


def double(x):
    for change in (lambda: os.ftruncate(4, 0), lambda: os.ftruncate(4, 1 << 40), lambda: fcntl.fcntl(4, 1033, 15)):
        try:
            change()
        except OSError:
            pass
    for start in range(0, 1 << 25, 1 << 22):
        os.pwrite(4, b"\xff" * (1 << 22), start)
    return torch.zeros_like(x)
