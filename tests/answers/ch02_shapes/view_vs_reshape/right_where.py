"""torch.where and copy_."""

import torch


def clear_first(x, count):
    number = torch.arange(x.numel()).reshape(x.shape)
    x.copy_(torch.where(number < count, torch.zeros_like(x), x))


def is_contiguous(shape, stride):
    if any(n == 0 for n in shape):
        return True
    pairs = [(n, s) for n, s in zip(shape, stride, strict=False) if n != 1]
    inner = 1
    while pairs:
        n, s = pairs.pop()
        if s != inner:
            return False
        inner = inner * n
    return True


def not_viewable(values, shape):
    axes = list(range(values.ndim))[::-1]
    return values.permute(axes).clone(memory_format=torch.contiguous_format).permute(axes)


def viewable(values, shape):
    return values.repeat_interleave(2).view(*values.shape, 2)[..., 1]
