"""Numbers as fractions; the groups by view."""

from fractions import Fraction
from functools import reduce
from operator import mul


def infer_shape(old, new):
    known = reduce(mul, [n for n in new if n != -1], 1)
    count = reduce(mul, old, 1)
    if [n for n in new if n < -1]:
        raise ValueError
    holes = list(new).count(-1)
    if holes == 0 and known == count:
        return tuple(new)
    if holes != 1 or known == 0:
        raise ValueError
    size = Fraction(count, known)
    if size.denominator != 1:
        raise ValueError
    return tuple([int(size) if n == -1 else n for n in new])


def group_last(x, size):
    if x.size(-1) % size > 0:
        raise ValueError("uneven")
    return x.contiguous().view([*list(x.shape[:-1]), x.size(-1) // size, size])
