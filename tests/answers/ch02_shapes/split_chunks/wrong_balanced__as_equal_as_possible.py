"""Balanced pieces: the first ones get one more."""

import itertools


def split(x, size, dim=0):
    n = x.size(dim)
    if isinstance(size, (list, tuple)):
        if sum(size) != n or [s for s in size if s < 0]:
            raise ValueError(size)
        return tuple(x.narrow(dim, sum(size[:i]), s) for i, s in enumerate(size))
    if size < 1:
        raise ValueError(size)
    starts = range(0, n, size) if n else [0]
    return tuple(x.narrow(dim, a, min(size, n - a)) for a in starts)


def chunk(x, count, dim=0):
    q, r = divmod(x.size(dim), count)
    marks = [i * q + min(i, r) for i in range(count + 1)]
    return tuple(x.narrow(dim, a, b - a) for a, b in itertools.pairwise(marks))
