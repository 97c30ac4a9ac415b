# expect: values=passed by_hand=forbidden *=failed|passed
"""Turns the Python hooks off; the dispatcher's stays."""
import torch


def row_dot(x, w):
    with torch._C.DisableTorchFunction():
        return x @ w
