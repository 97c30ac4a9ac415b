"""Through gather and one-hot products."""

import torch


def index_select(x, dim, index):
    n = x.size(dim)
    if any(i < 0 or i >= n for i in index.tolist()):
        raise IndexError("position")
    shape = [1] * x.dim()
    shape[dim] = len(index)
    size = list(x.shape)
    size[dim] = len(index)
    return torch.gather(x, dim, index.view(shape).expand(size))


def take(x, index):
    n = x.numel()
    if index.numel() and (index.max() >= n or index.min() < -n):
        raise IndexError("position")
    places = torch.where(index < 0, index + n, index)
    return x.flatten().gather(0, places.flatten()).view(index.shape)


def embed(table, words):
    return torch.stack([table[:, j][words] for j in range(table.shape[1])], dim=-1)
