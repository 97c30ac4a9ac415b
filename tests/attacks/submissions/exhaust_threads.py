# exercise: stamina
# expect: *=raised|memory|timeout|cpu_time|exited|signal
"""Threads without end."""
import threading
import time

import torch


def double(x):
    for _ in range(100_000):
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    return torch.zeros_like(x)
