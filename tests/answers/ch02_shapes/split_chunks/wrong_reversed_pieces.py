"""The pieces come in reverse order."""


def split(x, size, dim=0):
    n = x.size(dim)
    if isinstance(size, (list, tuple)):
        if sum(size) != n or [s for s in size if s < 0]:
            raise ValueError(size)
        return tuple(x.narrow(dim, sum(size[:i]), s) for i, s in enumerate(size))[::-1]
    if size < 1:
        raise ValueError(size)
    starts = range(0, n, size) if n else [0]
    return tuple(x.narrow(dim, a, min(size, n - a)) for a in starts)[::-1]


def chunk(x, count, dim=0):
    return split(x, -(-x.size(dim) // count), dim)
