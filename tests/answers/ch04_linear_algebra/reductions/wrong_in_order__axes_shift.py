import itertools

import torch


def positions(shape):
    return itertools.product(*(range(n) for n in shape))


def sum_over(x, dims, keepdim=False):
    if isinstance(dims, int):
        dims = (dims,)
    for d in dims:
        y = sum(x.split(1, d))
        x = y if keepdim else y.squeeze(d)
    return x


def mean_over(x, dims, keepdim=False):
    ones = torch.ones(x.shape, dtype=torch.int64)
    return sum_over(x, dims, keepdim) / sum_over(ones, dims, keepdim)


def normalise_rows(x):
    return x / mean_over(x, -1, keepdim=True) / x.shape[-1]


def running_sum(x, dim):
    y = x.movedim(dim, -1).clone()
    for i in range(y.shape[-1] - 1):
        y[..., i + 1] += y[..., i]
    return y.movedim(-1, dim)
