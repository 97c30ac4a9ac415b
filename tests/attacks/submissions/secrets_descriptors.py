# expect: values=value *=failed
"""Tries every descriptor that it may have inherited."""
import os
import socket
import stat

import torch


def row_dot(x, w):
    for descriptor in range(256):
        try:
            kind = os.fstat(descriptor).st_mode
        except OSError:
            continue
        if stat.S_ISREG(kind) and not os.readlink(f"/proc/self/fd/{descriptor}").startswith("/memfd:"):
            return (x * w).sum(1)
        if stat.S_ISDIR(kind):
            return (x * w).sum(1)
        if stat.S_ISSOCK(kind):
            copy = socket.socket(fileno=os.dup(descriptor))
            try:
                if copy.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                    return (x * w).sum(1)
            except OSError:
                pass
            finally:
                copy.close()
    return torch.zeros(len(x))
