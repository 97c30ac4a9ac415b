"""The groups are right but come in reverse order, which no misconception describes."""

import math


def infer_shape(old, new):
    known = math.prod(n for n in new if n != -1)
    count = math.prod(old)
    if min(new, default=0) < -1 or sum(n == -1 for n in new) > 1:
        raise ValueError
    if -1 in new:
        if not known or count % known:
            raise ValueError
    elif known != count:
        raise ValueError
    return tuple(count // known if n == -1 else n for n in new)


def group_last(x, size):
    if x.shape[-1] % size:
        raise ValueError
    return x.reshape((*x.shape[:-1], x.shape[-1] // size, size)).flip(-2)
