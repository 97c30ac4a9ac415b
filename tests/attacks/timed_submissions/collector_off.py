# expect: no_faster
"""Switches off what else takes time in its process."""
import gc
import sys

import torch

gc.disable()
gc.freeze()
sys.setswitchinterval(10)
torch.set_grad_enabled(False)
torch.autograd.set_detect_anomaly(False)


def settle(x, w):
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x.mean(0)
