"""Slices on a transposed x, one loop each."""


def split(x, size, dim=0):
    n = x.shape[dim]
    if type(size) is int:
        if size < 1:
            raise ValueError("size must be positive")
        starts = list(range(0, n, size)) or [0]
        ends = [*starts[1:], n]
    else:
        starts, ends, at = [], [], 0
        for s in size:
            if s < 0:
                raise ValueError("negative")
            starts.append(at)
            at += s
            ends.append(at)
        if at != n:
            raise ValueError("sizes do not add up")
    moved = x.movedim(dim, 0)
    return tuple(moved[a:b].movedim(0, dim) for a, b in zip(starts, ends, strict=False))


def chunk(x, count, dim=0):
    n = x.shape[dim]
    size = n // count + (n % count > 0)
    return split(x, size, dim)
