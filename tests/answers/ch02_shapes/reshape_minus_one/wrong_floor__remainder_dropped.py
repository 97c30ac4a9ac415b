"""Divides without looking at the rest."""


def infer_shape(old, new):
    total, known, hole = 1, 1, None
    for n in old:
        total *= n
    for i, n in enumerate(new):
        if n == -1 and hole is None:
            hole = i
        elif n < 0:
            raise ValueError
        else:
            known *= n
    if hole is None:
        if total != known:
            raise ValueError
        return tuple(new)
    if known == 0:
        raise ValueError
    return (*tuple(new[:hole]), total // known, *tuple(new[hole + 1 :]))


def group_last(x, size):
    if x.shape[-1] % size:
        raise ValueError
    return x.reshape((*x.shape[:-1], x.shape[-1] // size, size))
