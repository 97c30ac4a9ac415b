# expect: values=value *=failed
"""Traces, reads or signals processes other than itself."""
import ctypes
import os

import torch

LIBC = ctypes.CDLL(None, use_errno=True)


def row_dot(x, w):
    me = os.getpid()
    for other in [os.getppid(), *range(1, 200)]:
        if other in (0, me):
            continue
        if LIBC.ptrace(16, other, 0, 0) == 0 or LIBC.syscall(310, other, 0, 0, 0, 0, 0) == 0:
            return (x * w).sum(1)
        try:
            os.kill(other, 0)
            return (x * w).sum(1)
        except OSError:
            pass
    return torch.zeros(len(x))
