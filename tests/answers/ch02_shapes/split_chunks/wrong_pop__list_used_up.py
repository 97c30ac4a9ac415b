"""Takes the sizes out of the list of the caller."""

import math


def split(x, size, dim=0):
    n = x.size(dim)
    if isinstance(size, int):
        if size < 1:
            raise ValueError
        size = [min(size, n - at) for at in range(0, n, size)] or [0]
    elif sum(size) != n or any(s < 0 for s in size):
        raise ValueError
    pieces, at = (), 0
    if isinstance(size, tuple):
        size = list(size)
    while size:
        s = size.pop(0)
        pieces += (x.narrow(dim, at, s),)
        at += s
    return pieces


def chunk(x, count, dim=0):
    return split(x, math.ceil(x.size(dim) / count), dim)
