# expect: values=value *=failed
"""System calls that exploits are made of: bpf, perf, io_uring, userfaultfd, keyrings, ptrace, kexec."""
import ctypes

import torch

LIBC = ctypes.CDLL(None, use_errno=True)
NUMBERS = (101, 155, 161, 165, 166, 167, 169, 170, 175, 246, 248, 249, 250, 272, 298, 304, 308, 310, 311,
           313, 320, 321, 323, 425, 426, 427, 428, 429, 430, 438, 442, 447, 451)
ARGUMENTS = (0, 0, 0, 0, 0, 0)


def row_dot(x, w):
    for number in NUMBERS:
        if LIBC.syscall(number, *ARGUMENTS) >= 0:
            return (x * w).sum(1)
    return torch.zeros(len(x))
