# expect: values=value gradient=value|raised in_place=value|raised *=failed
"""Changes the probe's variables: its arguments, its results, the student's module."""
import sys

import torch


def row_dot(x, w):
    frame = sys._getframe(1)
    for name, value in list(frame.f_locals.items()):
        if isinstance(value, torch.Tensor):
            value.grad = torch.zeros_like(value) if value.is_leaf else None
        frame.f_locals[name] = None
    return torch.zeros(len(x), requires_grad=True)


def raise_by(x, amount):
    frame = sys._getframe(1)
    frame.f_locals["x"] = frame.f_locals["amount"] = amount * 0
    frame.f_globals["x"] = amount


def root(x):
    return x
