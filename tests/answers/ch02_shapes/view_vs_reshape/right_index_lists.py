"""Numbers through index lists, memory through set_ and strides."""

import itertools

import torch


def clear_first(x, count):
    places = itertools.product(*[range(n) for n in x.shape])
    for place in itertools.islice(places, count):
        x[place] = 0
    return x


def is_contiguous(shape, stride):
    n = 1
    for s in shape:
        n *= s
    if n == 0:
        return True
    for i in range(len(shape)):
        inner = 1
        for s in shape[i + 1 :]:
            inner *= s
        if shape[i] > 1 and stride[i] != inner:
            return False
    return True


def not_viewable(values, shape):
    steps, step = [], 1
    for n in values.shape:
        steps.append(step)
        step *= n
    x = torch.empty_strided(tuple(values.shape), tuple(steps), dtype=values.dtype)
    for place in itertools.product(*[range(n) for n in values.shape]):
        x[place] = values[place]
    return x


def viewable(values, shape):
    big = values.new_zeros(values.numel(), 5)
    big[:, 2] = values.reshape(-1)
    return big.t()[2].reshape(values.shape)
