import torch
from torch import nn


def column_of(shape, place):
    column = 0
    for size, p in zip(shape, place):
        column = column * size + p
    return column


def flatten_from(x, start):
    if start < -x.dim() or start >= x.dim():
        raise IndexError("no such axis")
    start %= x.dim()
    size = 1
    for s in x.shape[start:]:
        size *= s
    return x.contiguous().view(list(x.shape[:start]) + [size])


class FlattenLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        while x.dim() > 2:
            x = x.reshape(*x.shape[:-2], x.shape[-2] * x.shape[-1])
        return x
