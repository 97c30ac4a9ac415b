# exercise: stamina
# expect: *=value|raised|timeout
"""Fills the disk, with large files and with many small ones."""
import os
import tempfile

import torch


def double(x):
    folder = tempfile.gettempdir()
    try:
        with open(os.path.join(folder, "large"), "wb") as file:
            while True:
                file.write(bytes(1 << 22))
    except OSError:
        pass
    try:
        for number in range(100_000):
            open(os.path.join(folder, str(number)), "w").close()
    except OSError:
        pass
    return torch.zeros_like(x)
