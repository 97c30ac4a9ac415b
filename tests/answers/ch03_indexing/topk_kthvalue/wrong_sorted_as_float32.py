def topk(x, k, dim=-1, largest=True):
    if not 1 <= k <= x.shape[dim]:
        raise ValueError("k")
    i = x.float().argsort(dim=dim, descending=largest).narrow(dim, 0, k)
    return x.gather(dim, i), i


def kthvalue(x, k, dim=-1):
    if not 1 <= k <= x.shape[dim]:
        raise ValueError("k")
    v, i = x.sort(dim)
    return v.select(dim, k - 1), i.select(dim, k - 1)


def hit_at_k(scores, y, k):
    right = scores.gather(1, y[:, None])
    return ((scores > right).sum(1) < k).double().mean()
