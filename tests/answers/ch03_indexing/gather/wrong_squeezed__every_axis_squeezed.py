"""Everything right, but for a squeeze() without a dim at the end of pick."""

import torch


def gather(x, dim, index):
    if x.dim() != index.dim():
        raise ValueError
    dim = dim % x.dim()
    if any(d != dim and index.shape[d] > x.shape[d] for d in range(x.dim())):
        raise ValueError
    if (index < 0).any() or (index >= x.shape[dim]).any():
        raise IndexError
    places = list(torch.ones(index.shape).nonzero(as_tuple=True))
    places[dim] = index.reshape(-1)
    return x[tuple(places)].reshape(index.shape)


def look_up_labels(labels, index):
    return labels[index]


def pick(p, y):
    return gather(p, 1, y.view(-1, 1)).squeeze()
