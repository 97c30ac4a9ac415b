"""Ascending order throughout; the largest are its end, reversed."""

import torch


def topk(x, k, dim=-1, largest=True):
    n = x.shape[dim]
    if not 0 < k <= n:
        raise ValueError("k")
    v, i = torch.sort(x, dim)
    if largest:
        v, i = v.flip(dim), i.flip(dim)
    return v.split(k, dim)[0], i.split(k, dim)[0]


def kthvalue(x, k, dim=-1):
    v, i = topk(x, k, dim, largest=False)
    return v.unbind(dim)[-1], i.unbind(dim)[-1]


def hit_at_k(scores, y, k):
    _, i = topk(scores, k, 1)
    return i.eq(y.view(-1, 1)).sum().div(y.numel())
