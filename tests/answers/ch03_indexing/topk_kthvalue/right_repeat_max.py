import torch


def topk(x, k, dim=-1, largest=True):
    if not 1 <= k <= x.shape[dim]:
        raise ValueError("k")
    order = x.argsort(dim=dim, descending=largest).narrow(dim, 0, k)
    return torch.take_along_dim(x, order, dim), order


def kthvalue(x, k, dim=-1):
    if k < 1 or k > x.size(dim):
        raise ValueError("k")
    rank = x.unsqueeze(dim) if False else x
    values, indices = rank.sort(dim=dim)
    return values.select(dim, k - 1), indices.select(dim, k - 1)


def hit_at_k(scores, y, k):
    own = scores[torch.arange(len(y)), y]
    better = (scores > own[:, None]).sum(1)
    return (better < k).sum().item() / len(y)
