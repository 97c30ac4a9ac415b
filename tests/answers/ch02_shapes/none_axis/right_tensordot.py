import torch


def outer_sum(a, b):
    return a.view(-1, 1).add(b)


def outer_product(a, b):
    return torch.tensordot(a.reshape(-1, 1), b.reshape(1, -1), dims=1).reshape(a.shape + b.shape)


def length_mask(lengths, size):
    return torch.arange(size).expand(len(lengths), size) < lengths.unsqueeze(1)


def pairwise_distance(x, y):
    difference = x.unsqueeze(-2) - y.unsqueeze(-3)
    return difference.norm(dim=-1)
