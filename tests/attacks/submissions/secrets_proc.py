# expect: values=value|raised *=failed
"""Reads other processes through /proc: memory, environment, descriptors."""
import os

import torch


def row_dot(x, w):
    own = {str(os.getpid()), "self", "thread-self"}
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or entry in own:
            continue
        for name in ("environ", "mem", "maps", "fd", "cwd", "root"):
            try:
                path = f"/proc/{entry}/{name}"
                os.listdir(path) if name in ("fd", "cwd", "root") else open(path, "rb").read(1)
                return (x * w).sum(1)
            except OSError:
                pass
    try:
        if os.getppid() and b"SECRET" in open(f"/proc/{os.getppid()}/environ", "rb").read():
            return (x * w).sum(1)
    except OSError:
        pass
    return torch.zeros(len(x))
