"""By strides and by concatenated sizes."""

from torch import nn


def column_of(shape, place):
    strides = [1]
    for n in list(shape)[:0:-1]:
        strides.append(strides[-1] * n)
    strides.reverse()
    return sum(s * i for s, i in zip(strides, place, strict=False))


def flatten_from(x, start):
    if not -x.ndim <= start <= x.ndim - 1:
        raise IndexError("no such axis")
    if start < 0:
        start = start + x.ndim
    size = 1
    for n in x.shape[start:]:
        size *= n
    return x.contiguous().view([*list(x.shape[:start]), size])


class FlattenLayer(nn.Module):
    def __init__(self):
        super().__init__()

    def forward(self, x):
        size = 1
        for n in x.shape[1:]:
            size *= n
        return x.reshape(len(x), size)
