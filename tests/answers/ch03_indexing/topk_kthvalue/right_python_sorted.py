"""Python's sorted on every line along the axis."""

import torch


def order(x, dim, largest):
    if not -x.dim() <= dim < x.dim():
        raise IndexError(dim)
    lines = x.movedim(dim, -1).reshape(-1, x.shape[dim])
    places = [sorted(range(len(v)), key=v.__getitem__, reverse=largest) for v in lines.tolist()]
    shape = x.movedim(dim, -1).shape
    return torch.tensor(places, dtype=torch.int64).reshape(shape).movedim(-1, dim)


def topk(x, k, dim=-1, largest=True):
    if k < 1 or k > x.size(dim):
        raise ValueError(k)
    places = order(x, dim, largest)
    places = places.index_select(dim, torch.arange(k))
    return torch.take_along_dim(x, places, dim), places


def kthvalue(x, k, dim=-1):
    if k not in range(1, x.size(dim) + 1):
        raise ValueError(k)
    places = order(x, dim, False).index_select(dim, torch.tensor([k - 1]))
    return torch.gather(x, dim, places).squeeze(dim), places.squeeze(dim)


def hit_at_k(scores, y, k):
    hits = 0
    for s, label in zip(scores.tolist(), y.tolist()):
        hits += s[label] >= sorted(s, reverse=True)[k - 1]
    return hits / len(y)
