"""A list of rows."""

import torch


def outer_sum(a, b):
    return a[:, None] + b


def outer_product(a, b):
    return a.reshape(list(a.shape) + [1] * b.ndim) * b


def length_mask(lengths, size):
    return torch.arange(size)[None] < lengths[:, None]


def pairwise_distance(x, y):
    out = torch.zeros(*x.shape[:-1], y.shape[-2], dtype=x.dtype)
    for i in range(x.shape[-2]):
        for j in range(y.shape[-2]):
            out[..., i, j] = (x[..., i, :] - y[..., j, :]).norm(dim=-1)
    return out
