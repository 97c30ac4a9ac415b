"""Unbinds the other axes."""

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
    if index.numel() == 0:
        return x.new_empty(index.shape)
    if index.dim() == 1:
        return torch.stack([x[i] for i in index])
    other = 0 if dim else 1
    parts = [
        gather(a, dim - (other < dim), b) for a, b in zip(x.unbind(other), index.unbind(other))
    ]
    return torch.stack(parts, dim=other)


def look_up_labels(labels, index):
    return labels[index]


def pick(p, y):
    return (
        torch.stack([*map(torch.Tensor.__getitem__, p, y)])
        if len(p)
        else torch.zeros(0, dtype=p.dtype)
    )
