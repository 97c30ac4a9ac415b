"""One torch.where for every position along dim."""

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
    cut = x
    for d, n in enumerate(index.shape):
        if d != dim:
            cut = cut.narrow(d, 0, n)
    out = torch.zeros(index.shape, dtype=x.dtype)
    for c in range(x.shape[dim]):
        out = torch.where(index == c, cut.narrow(dim, c, 1), out)
    return out


def look_up_labels(labels, index):
    return labels[index]


def pick(p, y):
    mask = torch.arange(p.shape[1]) == y[:, None]
    return p[mask]
