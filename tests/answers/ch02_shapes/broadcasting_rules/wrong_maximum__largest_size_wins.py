"""Column by column: at most one size besides 1, then the maximum."""

from itertools import zip_longest


def broadcast_shape(*shapes):
    return common(shapes, max)


def broadcast_pair(a, b):
    shape = common([a.shape, b.shape], lambda column: ([n for n in column if n != 1] or [1])[0])
    return grow(a, shape), grow(b, shape)


def common(shapes, choose):
    answer = []
    for column in zip_longest(*[s[::-1] for s in shapes], fillvalue=1):
        for n in column:
            if n != 1 and any(other not in (1, n) for other in column):
                raise ValueError("cannot broadcast")
        answer = [choose(column), *answer]
    return tuple(answer)


def grow(x, shape):
    for _ in range(len(shape) - x.dim()):
        x = x.unsqueeze(0)
    return x.repeat([n if m == 1 else 1 for m, n in zip(x.shape, shape)])
