import torch


def coordinates(flat, shape):
    strides = [1]
    for s in list(shape)[:0:-1]:
        strides.insert(0, strides[0] * s)
    return [int(flat) // st % s for st, s in zip(strides, shape)]


def where_is_max(x):
    return tuple((x == x.max()).nonzero()[0])


def margins(x, dim):
    return x - x.sort(dim, descending=True).values.narrow(dim, 0, 1)


def nearest(points, centres):
    return (points[:, None] - centres[None]).pow(2).sum(-1).sqrt().min(1).indices


def accuracy(scores, y):
    hits = scores.max(dim=1)[1].eq(y)
    return hits.sum() / y.numel()
