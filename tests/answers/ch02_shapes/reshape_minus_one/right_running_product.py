"""One pass over the new shape; the groups are stacked."""

import torch


def infer_shape(old, new):
    total = 1
    for n in old:
        total *= n
    hole, product = None, 1
    for i, n in enumerate(new):
        if n == -1:
            if hole is not None:
                raise ValueError("two holes")
            hole = i
        elif n < 0:
            raise ValueError("negative")
        else:
            product *= n
    result = list(new)
    if hole is None:
        if product != total:
            raise ValueError("wrong number of entries")
    else:
        if product == 0 or total % product != 0:
            raise ValueError("cannot be told")
        result[hole] = total // product
    return tuple(result)


def group_last(x, size):
    n = x.shape[-1]
    if n % size != 0:
        raise ValueError
    if n == 0:
        return x.new_zeros((*tuple(x.shape[:-1]), 0, size))
    return torch.stack(torch.split(x, size, dim=-1), dim=-2)
