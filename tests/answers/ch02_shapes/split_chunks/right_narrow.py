import math
import torch


def split(x, size, dim=0):
    n = x.shape[dim]
    if isinstance(size, int):
        if size < 1:
            raise ValueError("size")
        sizes = [min(size, n - s) for s in range(0, n, size)] or [0]
    else:
        sizes = list(size)
        if sum(sizes) != n or any(s < 0 for s in sizes):
            raise ValueError("sizes")
    pieces, start = [], 0
    for s in sizes:
        pieces.append(x.narrow(dim, start, s))
        start += s
    return tuple(pieces)


def chunk(x, count, dim=0):
    return split(x, math.ceil(x.shape[dim] / count), dim)
