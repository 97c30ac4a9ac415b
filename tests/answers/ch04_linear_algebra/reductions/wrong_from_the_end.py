import itertools

import torch


def positions(shape):
    return itertools.product(*(range(n) for n in shape))


def sum_over(x, dims, keepdim=False):
    dims = {dims} if type(dims) is int else set(dims)
    dims = {d + x.dim() if d < 0 else d for d in dims}
    kept = torch.zeros([1 if d in dims else n for d, n in enumerate(x.shape)], dtype=x.dtype)
    for place in positions(x.shape):
        kept[tuple(0 if d in dims else i for d, i in enumerate(place))] += x[place]
    if keepdim:
        return kept
    return kept[tuple(0 if d in dims else slice(None) for d in range(x.dim()))]


def mean_over(x, dims, keepdim=False):
    ones = torch.ones(x.shape, dtype=torch.int64)
    return sum_over(x, dims, keepdim) / sum_over(ones, dims, keepdim)


def normalise_rows(x):
    return x / mean_over(x, -1, keepdim=True) / x.shape[-1]


def running_sum(x, dim):
    y = x.movedim(dim, -1).flip(-1).clone()
    for i in range(y.shape[-1] - 1):
        y[..., i + 1] += y[..., i]
    return y.flip(-1).movedim(-1, dim)
