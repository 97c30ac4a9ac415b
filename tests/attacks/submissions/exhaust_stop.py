# exercise: stamina
# expect: *=timeout|value
"""Stops itself, and whoever else it can."""
import os
import signal

import torch


def double(x):
    for target in (0, os.getpid(), os.getppid()):
        try:
            os.kill(target, signal.SIGSTOP)
        except OSError:
            pass
    return torch.zeros_like(x)
