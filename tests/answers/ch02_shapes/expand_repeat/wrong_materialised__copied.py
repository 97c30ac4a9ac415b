"""expand by cat: equal numbers in new memory."""

import torch


def expand(x, sizes):
    k = len(sizes) - x.ndim
    if k < 0 or [s for s in sizes if s < -1] or [s for s in sizes[:k] if s < 0]:
        raise ValueError
    x = x.reshape([1] * k + list(x.shape))
    for i, s in enumerate(sizes):
        if s in (-1, x.shape[i]):
            continue
        if x.shape[i] != 1:
            raise ValueError
        x = x.index_select(i, torch.zeros(s, dtype=torch.long))
    return x.clone()


def repeat(x, times):
    k = len(times) - x.ndim
    if k < 0 or [t for t in times if t < 0]:
        raise ValueError
    x = x.reshape([1] * k + list(x.shape)).clone()
    for i, t in enumerate(times):
        x = torch.cat([x] * t, i) if t else x.narrow(i, 0, 0)
    return x


def places(x):
    count = 1
    for n, s in zip(x.shape, x.stride(), strict=False):
        count *= n if s or not n else 1
    return count
