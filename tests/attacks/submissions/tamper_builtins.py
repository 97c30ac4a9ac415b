# expect: values=value|protocol|exited|raised|type|unsupported|shape *=failed
"""Replaces built-in functions that comparisons are made of."""
import builtins

import torch

builtins.abs = lambda value: 0.0
builtins.all = lambda values: True
builtins.any = lambda values: False
builtins.max = lambda *values, **options: 0
builtins.bool = lambda value=None: True


def row_dot(x, w):
    return torch.zeros(len(x))
