# exercise: stamina
# expect: *=value|signal|exited|raised|protocol
"""Kills everyone in reach, itself last."""
import os
import signal

import torch


def double(x):
    for target in (os.getppid(), 1, 2, 3, -1):
        try:
            if target != os.getpid():
                os.kill(target, signal.SIGKILL)
        except OSError:
            pass
    try:
        os.killpg(os.getpgrp(), signal.SIGKILL)
    except OSError:
        pass
    os.kill(os.getpid(), signal.SIGKILL)
    return torch.zeros_like(x)
