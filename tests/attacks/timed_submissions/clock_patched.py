# expect: no_faster
"""Every clock in its own process stands still, and events tell what they like."""
import os
import sys
import time

import torch


def still(*_):
    return 0.0


class Event:
    def __init__(self, *_, **__):
        pass

    def record(self, *_):
        pass

    def elapsed_time(self, _):
        return 0.0


for name in ("perf_counter", "time", "monotonic", "process_time", "thread_time"):
    setattr(time, name, still)
for name in ("perf_counter_ns", "time_ns", "monotonic_ns", "process_time_ns", "clock_gettime"):
    setattr(time, name, lambda *_: 0)
os.sched_yield = lambda: None
torch.cuda.Event = Event
torch.cuda.synchronize = lambda *_: None
for module in list(sys.modules.values()):
    if getattr(module, "__name__", "").startswith("torchgrade"):
        module.time = time


def settle(x, w):
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x.mean(0)
