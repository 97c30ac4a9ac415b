"""view and pow."""

import torch


def outer_sum(a, b):
    m, n = a.size(0), b.size(0)
    return a.view(m, 1) + b.view(1, n)


def outer_product(a, b):
    for _ in range(b.ndim):
        a = a[..., None]
    return torch.mul(b, a)


def length_mask(lengths, size):
    return lengths[:, None] - torch.arange(size)[None, :] > 0


def pairwise_distance(x, y):
    *batch, m, d = x.shape
    n = y.shape[-2]
    gap = x.reshape(*batch, m, 1, d) - y.reshape(*batch, 1, n, d)
    return gap.pow(2).sum(dim=-1).pow(0.5)
