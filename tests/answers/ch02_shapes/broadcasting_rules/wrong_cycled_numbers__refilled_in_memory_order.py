"""The stretched tensor takes the numbers of the old one in turn, over and over."""

import math

import torch


def broadcast_shape(*shapes):
    rank = max((len(s) for s in shapes), default=0)
    out = []
    for back in range(rank, 0, -1):
        size = 1
        for s in shapes:
            if len(s) < back or s[-back] == 1:
                continue
            if size not in (1, s[-back]):
                raise ValueError
            size = s[-back]
        out.append(size)
    return tuple(out)


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    return cycled(a, shape), cycled(b, shape)


def cycled(t, shape):
    numbers = t.flatten().tolist()
    filled = [numbers[i % len(numbers)] for i in range(math.prod(shape))]
    return torch.tensor(filled, dtype=t.dtype).reshape(shape)
