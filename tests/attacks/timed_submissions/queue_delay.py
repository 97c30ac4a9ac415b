# expect: no_faster
"""Waits in a loop for a thread of its own: time for which it was ready and not running is taken off."""
import os
import queue
import threading

import torch

WORK, DONE = queue.SimpleQueue(), []


def serve():
    while True:
        x, w = WORK.get()
        for _ in range(8):
            x = torch.tanh(x @ w)
        DONE.append(x.mean(0))


threading.Thread(target=serve, daemon=True).start()


def settle(x, w):
    WORK.put((x, w))
    while not DONE:
        os.sched_yield()
    return DONE.pop()
