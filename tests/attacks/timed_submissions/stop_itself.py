# expect: no_faster
"""Stops its own process, for a thread that no longer runs to wake it."""
import os
import signal
import threading
import time

import torch


def wake():
    while True:
        time.sleep(0.001)
        os.kill(os.getpid(), signal.SIGCONT)


threading.Thread(target=wake, daemon=True).start()


def settle(x, w):
    os.kill(os.getpid(), signal.SIGSTOP)
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x.mean(0)
