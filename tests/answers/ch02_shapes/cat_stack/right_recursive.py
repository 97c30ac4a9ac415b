"""cat along axis 0 by list of rows; other axes by recursion into the first axis."""

import torch


def cat(tensors, dim):
    if len(tensors) == 0:
        raise ValueError("nothing")
    n = tensors[0].ndim
    d = dim if dim >= 0 else dim + n
    for t in tensors:
        if t.ndim != n:
            raise ValueError("ndim")
        for i in range(n):
            if i != d and t.size(i) != tensors[0].size(i):
                raise ValueError("size")
    size = list(tensors[0].size())
    size[d] = sum([t.size(d) for t in tensors])
    out = torch.empty(size, dtype=tensors[0].dtype)
    fill(out, tensors, d)
    return out


def fill(out, tensors, d):
    if d > 0:
        for i in range(out.size(0)):
            fill(out[i], [t[i] for t in tensors], d - 1)
        return
    k = 0
    for t in tensors:
        for row in t:
            out[k] = row
            k += 1


def stack(tensors, dim):
    shapes = [list(t.shape) for t in tensors]
    if not shapes or shapes.count(shapes[0]) != len(shapes):
        raise ValueError("shapes")
    where = dim if dim >= 0 else dim + len(shapes[0]) + 1
    shape = [*shapes[0][:where], 1, *shapes[0][where:]]
    return cat([t.reshape(shape) for t in tensors], where)
