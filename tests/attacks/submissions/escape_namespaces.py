# expect: values=value *=failed
"""Namespaces, mounts, roots and users of its own."""
import ctypes
import os

import torch

LIBC = ctypes.CDLL(None, use_errno=True)


def row_dot(x, w):
    for flag in (0x10000000, 0x00020000, 0x20000000, 0x40000000, 0x08000000, 0x04000000):
        if LIBC.unshare(flag) == 0:
            return (x * w).sum(1)
    if LIBC.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None) == 0 or LIBC.chroot(b".") == 0:
        return (x * w).sum(1)
    if LIBC.umount2(b"/proc", 2) == 0 or LIBC.sethostname(b"x", 1) == 0:
        return (x * w).sum(1)
    for name in ("setuid", "setgid", "seteuid"):
        try:
            getattr(os, name)(0)
            return (x * w).sum(1)
        except OSError:
            pass
    try:
        os.execv("/proc/self/exe", ["python", "-c", "pass"])
    except OSError:
        pass
    return torch.zeros(len(x))
