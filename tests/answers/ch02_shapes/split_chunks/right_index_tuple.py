"""Index tuples with Ellipsis; math.ceil for chunk."""

import math


def part(x, dim, a, b):
    index = [slice(None)] * x.ndim
    index[dim] = slice(a, b)
    return x[tuple(index)]


def split(x, size, dim=0):
    n = x.size(dim)
    if isinstance(size, (list, tuple)):
        if sum(size) != n or [s for s in size if s < 0]:
            raise ValueError(size)
        pieces = []
        for i, s in enumerate(size):
            a = sum(size[:i])
            pieces.append(part(x, dim, a, a + s))
        return tuple(pieces)
    if size < 1:
        raise ValueError(size)
    if n == 0:
        return (x[...],)
    return tuple(part(x, dim, i * size, (i + 1) * size) for i in range(math.ceil(n / size)))


def chunk(x, count, dim=0):
    return split(x, math.ceil(x.size(dim) / count), dim)
