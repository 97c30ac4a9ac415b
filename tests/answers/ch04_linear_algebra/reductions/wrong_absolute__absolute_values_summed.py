from functools import reduce
from itertools import accumulate

import torch


def sum_over(x, dims, keepdim=False):
    dims = [dims] if isinstance(dims, int) else list(dims)
    if not dims:
        return x
    d = dims[0] + x.ndim if dims[0] < 0 else dims[0]
    rest = [e + x.ndim if e < 0 else e for e in dims[1:]]
    y = reduce(torch.add, x.unbind(d))
    if keepdim:
        return sum_over(y.unsqueeze(d), tuple(rest), True)
    return sum_over(y, tuple(e - (e > d) for e in rest))


def mean_over(x, dims, keepdim=False):
    n = 1
    for d in (dims,) if isinstance(dims, int) else dims:
        n *= x.shape[d]
    return sum_over(x if x.is_floating_point() else x.to(torch.float32), dims, keepdim).div(n)


def normalise_rows(x):
    return x / sum_over(x.abs(), -1, keepdim=True)


def running_sum(x, dim):
    return torch.stack(list(accumulate(x.movedim(dim, 0)))).movedim(0, dim)
