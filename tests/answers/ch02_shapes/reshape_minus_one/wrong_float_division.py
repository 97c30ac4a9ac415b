"""Divides with /, which rounds large numbers."""

import math


def infer_shape(old, new):
    total = math.prod(old)
    rest = math.prod(s for s in new if s != -1)
    if list(new).count(-1) > 1 or min(new, default=0) < -1:
        raise ValueError
    if -1 not in new:
        if rest != total:
            raise ValueError
        return tuple(new)
    if rest == 0 or total % rest != 0:
        raise ValueError
    return tuple(int(total / rest) if s == -1 else s for s in new)


def group_last(x, size):
    if x.size(-1) % size != 0:
        raise ValueError
    if x.shape[-1] == 0:
        return x.unsqueeze(-1).expand(*x.shape, size)
    return x.unfold(-1, size, size)
