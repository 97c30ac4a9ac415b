"""Leaves the work to NumPy."""

import numpy as np
import torch


def check(x, dim, index):
    if x.dim() != index.dim():
        raise ValueError("axes")
    dim = dim % x.dim()
    for d in range(x.dim()):
        if d != dim and index.shape[d] > x.shape[d]:
            raise ValueError("too large")
    if index.numel() and (index.min() < 0 or index.max() >= x.shape[dim]):
        raise IndexError("entry")
    return dim


def gather(x, dim, index):
    dim = check(x, dim, index)
    xs = x[tuple(slice(None) if d == dim else slice(n) for d, n in enumerate(index.shape))]
    return torch.from_numpy(np.take_along_axis(xs.numpy(), index.numpy(), dim).copy())


def look_up_labels(labels, index):
    return labels[index]


def pick(p, y):
    return p[torch.arange(len(y)), y]
