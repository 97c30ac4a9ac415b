"""Rounds the size of a piece to the nearest number."""


def split(x, size, dim=0):
    n = x.size(dim)
    if isinstance(size, int):
        if size < 1:
            raise ValueError
        sizes = [min(size, n - at) for at in range(0, n, size)] or [0]
    else:
        sizes = list(size)
        if sum(sizes) != n or any(s < 0 for s in sizes):
            raise ValueError
    pieces, at = (), 0
    for s in sizes:
        pieces += (x.narrow(dim, at, s),)
        at += s
    return pieces


def chunk(x, count, dim=0):
    return split(x, max(1, round(x.size(dim) / count)), dim)
