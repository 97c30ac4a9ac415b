"""The number of pieces is rounded down."""


def split(x, size, dim=0):
    n = x.size(dim)
    if isinstance(size, (list, tuple)):
        if sum(size) != n or [s for s in size if s < 0]:
            raise ValueError(size)
        return tuple(x.narrow(dim, sum(size[:i]), s) for i, s in enumerate(size))
    if size < 1:
        raise ValueError(size)
    if size > n:
        return (x,)
    return tuple(x.narrow(dim, i * size, size) for i in range(n // size))


def chunk(x, count, dim=0):
    size = -(-x.size(dim) // count)
    starts = range(0, x.size(dim), size)
    return tuple(x.narrow(dim, a, min(size, x.size(dim) - a)) for a in starts)
