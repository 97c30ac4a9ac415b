"""Recursion over axes."""

import torch


def expand(x, sizes):
    if len(sizes) > x.dim():
        if sizes[len(sizes) - x.dim() - 1] < 0:
            raise ValueError("nothing to keep")
        return expand(x[None], sizes)
    if len(sizes) < x.dim():
        raise ValueError("too few")
    steps = list(x.stride())
    shape = list(x.shape)
    for i in range(len(sizes)):
        if sizes[i] != -1 and sizes[i] != shape[i]:
            if shape[i] != 1 or sizes[i] < 0:
                raise ValueError("no")
            steps[i] = 0
            shape[i] = sizes[i]
    return x.as_strided(tuple(shape), tuple(steps))


def repeat(x, times):
    if len(times) < x.dim() or [t for t in times if t < 0]:
        raise ValueError("no")
    if not times:
        return x.clone()
    if len(times) > x.dim():
        return repeat(x.unsqueeze(0), times)
    size = [n * t for n, t in zip(x.shape, times, strict=False)]
    if 0 in size:
        return x.new_empty(size)
    rows = torch.stack([repeat(row, times[1:]) for row in x])
    return torch.cat([rows for _ in range(times[0])])


def places(x):
    count = 1
    for i in range(x.dim()):
        if x.stride(i) != 0 or x.size(i) == 0:
            count *= x.size(i)
    return count
