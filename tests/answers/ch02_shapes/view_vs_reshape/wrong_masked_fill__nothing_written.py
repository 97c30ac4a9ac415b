"""Gives the name x to a new tensor."""

import torch


def clear_first(x, count):
    mask = torch.arange(x.numel()).reshape(x.shape) < count
    x = x.masked_fill(mask, 0)
    return x


def is_contiguous(shape, stride):
    if 0 in shape:
        return True
    step = 1
    for size, s in reversed(list(zip(shape, stride))):
        if size != 1:
            if s != step:
                return False
            step *= size
    return True


def not_viewable(values, shape):
    axes = list(range(values.dim()))[::-1]
    return values.permute(axes).contiguous().permute(axes)


def viewable(values, shape):
    return torch.stack([values, values], -1)[..., 1]
