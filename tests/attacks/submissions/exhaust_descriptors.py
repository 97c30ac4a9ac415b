# exercise: stamina
# expect: *=value|raised|protocol
"""Opens files until there are no descriptors left, the grader's pipes among them."""
import os

import torch


def double(x):
    try:
        while True:
            os.dup(1)
    except OSError:
        pass
    return torch.zeros_like(x)
