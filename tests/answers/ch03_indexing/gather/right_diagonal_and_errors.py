"""index_select line by line; pick from the diagonal of the grid; errors of one's own."""

import torch


class OutOfRange(IndexError):
    pass


def gather(x, dim, index):
    if x.dim() != index.dim():
        raise ValueError(f"x has {x.dim()} axes, index {index.dim()}")
    axis = dim % x.dim()
    others = [d for d in range(x.dim()) if d != axis]
    if any(index.shape[d] > x.shape[d] for d in others):
        raise ValueError("index is larger than x")
    if ((index < 0) + (index >= x.shape[axis])).sum() > 0:
        raise OutOfRange
    if index.numel() == 0:
        return x.new_zeros(index.shape)
    if x.dim() == 1:
        return x.index_select(0, index)
    first = others[0]
    parts = [
        gather(x.select(first, i), axis - (first < axis), index.select(first, i))
        for i in range(index.shape[first])
    ]
    return torch.stack(parts, dim=first)


def look_up_labels(labels, index):
    return labels.take(index)


def pick(p, y):
    return p.index_select(1, y).diagonal()
