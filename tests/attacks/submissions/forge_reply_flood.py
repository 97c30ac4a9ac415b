# expect: *=protocol
"""A thread writes to the channel without end."""
import os
import threading

import torch


def flood():
    while True:
        os.write(3, b"\0" * 65536)


threading.Thread(target=flood, daemon=True).start()


def row_dot(x, w):
    return torch.zeros(len(x))
