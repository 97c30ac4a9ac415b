"""Asks whether the number of all entries is a multiple of the size."""


def infer_shape(old, new):
    total = 1
    for s in old:
        total *= s
    new = list(new)
    if new.count(-1) > 1 or any(s < -1 for s in new):
        raise ValueError
    rest = 1
    for s in new:
        if s != -1:
            rest *= s
    if -1 in new:
        if rest == 0 or total % rest:
            raise ValueError
        new[new.index(-1)] = total // rest
    elif rest != total:
        raise ValueError
    return tuple(new)


def group_last(x, size):
    if x.numel() % size != 0:
        raise ValueError
    return x.reshape(*x.shape[:-1], x.shape[-1] // size, size)
