"""Gathers by flat positions."""

import torch


def swap_last_two(x):
    return x.mT


def inverse_permutation(dims):
    where = {}
    for i, d in enumerate(dims):
        where[d] = i
    try:
        inverse = tuple(where[i] for i in range(len(dims)))
    except KeyError:
        raise ValueError("no permutation") from None
    return inverse


def permute(x, dims):
    if len(dims) != x.ndim:
        raise ValueError("wrong number of axes")
    inverse_permutation(dims)
    if x.ndim == 0:
        return x
    steps = [1] * x.ndim
    for i in range(x.ndim - 2, -1, -1):
        steps[i] = steps[i + 1] * x.shape[i + 1]
    flat = torch.zeros([1] * x.ndim, dtype=torch.long)
    for i, d in enumerate(dims):
        shape = [1] * x.ndim
        shape[i] = x.shape[d]
        flat = flat + steps[d] * torch.arange(x.shape[d]).reshape(shape)
    return x.reshape(-1)[flat]


def to_channels_first(images):
    return permute(images, [0, 3, 1, 2])


def to_channels_last(images):
    return permute(images, [0, 2, 3, 1])
