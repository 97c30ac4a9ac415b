# exercise: stamina
# expect: *=raised|value|exited
"""Tries to leave a process behind that outlives it."""
import os
import time

import torch


def double(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(1000)
        os._exit(0)
    return torch.zeros_like(x)
