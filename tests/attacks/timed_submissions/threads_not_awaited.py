# expect: value
"""Gives a tensor at once that a thread fills in when it comes to it."""
import threading

import torch


def work(x, w, out):
    for _ in range(8):
        x = torch.tanh(x @ w)
    out.copy_(x.mean(0))


def settle(x, w):
    out = torch.zeros(x.shape[1])
    threading.Thread(target=work, args=(x, w, out), daemon=True).start()
    return out
