# exercise: stamina
# expect: *=value|signal|raised
"""Timers, tracing and garbage collection hooks that go on after the call."""
import gc
import signal
import sys

import torch


def nuisance(*args):
    sum(range(1000))


def double(x):
    signal.signal(signal.SIGALRM, nuisance)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    gc.callbacks.append(nuisance)
    sys.setprofile(nuisance)
    return torch.zeros_like(x)
