"""The range is left to PyTorch's indexing, which knows negative positions."""

import torch


def gather(x, dim, index):
    if x.dim() != index.dim():
        raise ValueError
    dim = dim % x.dim()
    places = []
    for d in range(x.dim()):
        if d == dim:
            places.append(index)
            continue
        if index.shape[d] > x.shape[d]:
            raise ValueError
        view = [1] * x.dim()
        view[d] = -1
        places.append(torch.arange(index.shape[d]).view(view))
    return x[tuple(places)]


def look_up_labels(labels, index):
    return labels[index]


def pick(p, y):
    return p[torch.arange(p.shape[0]), y]
