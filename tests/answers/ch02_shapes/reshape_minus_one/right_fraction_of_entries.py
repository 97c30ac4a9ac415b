from fractions import Fraction
from functools import reduce

import torch


def infer_shape(old, new):
    total = reduce(lambda a, b: a * b, old, 1)
    new = list(new)
    holes = [i for i, s in enumerate(new) if s == -1]
    if len(holes) > 1 or any(s < -1 for s in new):
        raise ValueError("bad target")
    rest = reduce(lambda a, b: a * b, (s for s in new if s != -1), 1)
    if not holes:
        if rest != total:
            raise ValueError("count")
        return tuple(new)
    try:
        hole = Fraction(total, rest)
    except ZeroDivisionError:
        raise ValueError("anything would do, or nothing")
    if hole.denominator != 1:
        raise ValueError("no whole number")
    new[holes[0]] = hole.numerator
    return tuple(new)


def group_last(x, size):
    if x.shape[-1] % size:
        raise ValueError
    groups = x.shape[-1] // size
    return torch.stack([x[..., k::size] for k in range(size)], dim=-1) if groups or size else x
