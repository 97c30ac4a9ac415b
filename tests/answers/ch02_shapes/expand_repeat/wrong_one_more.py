"""One copy too many."""

import torch


def expand(x, sizes):
    k = len(sizes) - x.ndim
    if k < 0 or [s for s in sizes if s < -1] or [s for s in sizes[:k] if s < 0]:
        raise ValueError
    shape, stride = [1] * k + list(x.shape), [0] * k + list(x.stride())
    for i, s in enumerate(sizes):
        if s in (-1, shape[i]):
            continue
        if shape[i] != 1:
            raise ValueError
        shape[i], stride[i] = s + 1, 0
    return x.as_strided(shape, stride)


def repeat(x, times):
    k = len(times) - x.ndim
    if k < 0 or [t for t in times if t < 0]:
        raise ValueError
    x = x.reshape([1] * k + list(x.shape)).clone()
    for i, t in enumerate(times):
        x = torch.cat([x] * (t + 1), i)
    return x


def places(x):
    count = 1
    for n, s in zip(x.shape, x.stride(), strict=False):
        count *= n if s or not n else 1
    return count + 1
