"""Everything right, but for one refusal too many."""

import itertools

import torch


def gather(x, dim, index):
    n = x.dim()
    dim = (dim + n) % n
    if index.dim() != n:
        raise ValueError("wrong number of dimensions")
    if list(index.shape[:dim]) != list(x.shape[:dim]):
        raise ValueError("all sizes before dim must be equal")
    if list(index.shape[dim + 1 :]) != list(x.shape[dim + 1 :]):
        raise ValueError("all sizes after dim must be equal")
    out = torch.empty_like(index, dtype=x.dtype)
    for place in itertools.product(*map(range, index.shape)):
        k = int(index[place])
        if not 0 <= k < x.shape[dim]:
            raise IndexError(k)
        out[place] = x[place[:dim] + (k,) + place[dim + 1 :]]
    return out


def look_up_labels(labels, index):
    return labels[index]


def pick(p, y):
    return gather(p, 1, y.reshape(-1, 1)).reshape(-1)
