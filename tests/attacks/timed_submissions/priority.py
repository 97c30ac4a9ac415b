# expect: no_faster
"""Asks for what would put it before others."""
import os

import torch

for ask in (
    lambda: os.nice(-10),
    lambda: os.setpriority(os.PRIO_PROCESS, 0, -10),
    lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
    lambda: os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0)),
    lambda: os.sched_setaffinity(0, range(os.cpu_count())),
):
    try:
        ask()
    except OSError:
        pass
    else:
        raise SystemExit("one of them worked")


def settle(x, w):
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x.mean(0)
