import itertools
import torch


def clear_first(x, count):
    for place in itertools.islice(itertools.product(*map(range, x.shape)), count):
        x[place] = 0
    return x


def is_contiguous(shape, stride):
    if 0 in shape:
        return True
    step = 1
    for size, s in zip(reversed(list(shape)), reversed(list(stride))):
        if size == 1:
            continue
        if s != step:
            return False
        step = step * size
    return True


def not_viewable(values, shape):
    # every axis is padded by one
    big = values.new_zeros([s + 1 for s in values.shape])
    part = big[tuple(slice(0, s) for s in values.shape)]
    part.copy_(values)
    return part


def viewable(values, shape):
    memory = values.new_zeros(2 * values.numel())
    memory[::2] = values.flatten()
    strides = [2 * s for s in values.stride()]
    return memory.as_strided(values.shape, strides)
