import torch


def topk(x, k, dim=-1, largest=True):
    if not 0 < k <= x.shape[dim]:
        raise ValueError("k")
    v, i = x.sort(dim, descending=largest)
    return v.split(k, dim)[0], i.split(k, dim)[0]


def kthvalue(x, k, dim=-1):
    v, i = topk(x, k, dim, largest=False)
    return v.select(dim, -1), i.select(dim, -1)


def hit_at_k(scores, y, k):
    i = scores.argsort(1, descending=True)[:, : k - 1]
    return i.eq(y.view(-1, 1)).sum().div(y.numel())
