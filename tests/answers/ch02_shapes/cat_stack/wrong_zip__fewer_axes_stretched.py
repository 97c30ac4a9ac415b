"""Compares sizes with zip, which ends with the shorter shape."""

import torch


def cat(tensors, dim):
    if len(tensors) == 0:
        raise ValueError("nothing")
    first = tensors[0]
    dim = dim % first.dim()
    for t in tensors:
        for i, (a, b) in enumerate(zip(first.shape, t.shape)):
            if i != dim and a != b:
                raise ValueError
    shape = list(first.shape)
    shape[dim] = sum(t.shape[dim] for t in tensors)
    out = torch.empty(shape, dtype=first.dtype)
    at = 0
    for t in tensors:
        index = [slice(None)] * len(shape)
        index[dim] = slice(at, at + t.shape[dim])
        out[tuple(index)] = t
        at += t.shape[dim]
    return out


def stack(tensors, dim):
    if len({t.shape for t in tensors}) != 1:
        raise ValueError("shapes")
    return cat([t.unsqueeze(dim) for t in tensors], dim)
