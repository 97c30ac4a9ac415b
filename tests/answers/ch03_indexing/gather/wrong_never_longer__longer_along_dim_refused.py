"""Refuses an index that is longer than x along dim."""

import itertools

import torch


def check(x, dim, index):
    if x.dim() != index.dim():
        raise ValueError("axes")
    dim = dim % x.dim()
    for d in range(x.dim()):
        if index.shape[d] > x.shape[d]:
            raise ValueError("too large")
    if index.numel() and (index.min() < 0 or index.max() >= x.shape[dim]):
        raise IndexError("entry")
    return dim


def gather(x, dim, index):
    dim = check(x, dim, index)
    out = torch.empty(index.shape, dtype=x.dtype)
    for pos in itertools.product(*[range(n) for n in index.shape]):
        src = list(pos)
        src[dim] = index[pos].item()
        out[pos] = x[tuple(src)]
    return out


def look_up_labels(labels, index):
    return labels[index]


def pick(p, y):
    return p[torch.arange(len(y)), y]
