import torch


def topk(x, k, dim=-1, largest=True):
    if not 0 < k <= x.shape[dim]:
        raise ValueError("k")
    order = x.argsort(dim, descending=largest)
    return torch.gather(x, dim, order)[0:k], order[0:k]


def kthvalue(x, k, dim=-1):
    if not 0 < k <= x.shape[dim]:
        raise ValueError("k")
    v, i = x.sort(dim)
    return v.select(dim, k - 1), i.select(dim, k - 1)


def hit_at_k(scores, y, k):
    i = scores.argsort(1, descending=True)[:, :k]
    return i.eq(y.view(-1, 1)).sum().div(y.numel())
