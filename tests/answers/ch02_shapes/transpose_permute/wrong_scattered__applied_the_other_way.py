"""Writes each axis to where dims says, which is the inverse."""

import itertools


def swap_last_two(x):
    return x.transpose(-1, -2)


def inverse_permutation(dims):
    if sorted(dims) != list(range(len(dims))):
        raise ValueError
    return tuple(list(dims).index(i) for i in range(len(dims)))


def permute(x, dims):
    if sorted(dims) != list(range(x.ndim)):
        raise ValueError
    shape = [0] * x.ndim
    for i, d in enumerate(dims):
        shape[d] = x.shape[i]
    out = x.new_zeros(shape)
    for place in itertools.product(*[range(n) for n in x.shape]):
        goal = [0] * x.ndim
        for i, d in enumerate(dims):
            goal[d] = place[i]
        out[tuple(goal)] = x[place]
    return out


def to_channels_first(images):
    return images.transpose(2, 3).transpose(1, 2)


def to_channels_last(images):
    return images.transpose(1, 2).transpose(2, 3)
