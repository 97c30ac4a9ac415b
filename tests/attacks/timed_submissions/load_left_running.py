# expect: no_faster
"""Leaves threads, and processes if it may, that burn the core once nothing is asked any more."""
import os
import threading
import time

import torch

LAST = [time.perf_counter()]


def burn():
    while True:
        if time.perf_counter() - LAST[0] < 0.02:
            time.sleep(0.005)


for _ in range(3):
    threading.Thread(target=burn, daemon=True).start()
try:
    if os.fork() == 0:
        burn()
except OSError:
    pass


def settle(x, w):
    LAST[0] = time.perf_counter()
    for _ in range(8):
        x = torch.tanh(x @ w)
    LAST[0] = time.perf_counter()
    return x.mean(0)
