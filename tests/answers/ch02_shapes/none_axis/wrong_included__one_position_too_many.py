"""Counts the end in."""

import torch


def outer_sum(a, b):
    return a[:, None] + b


def outer_product(a, b):
    return a.reshape(list(a.shape) + [1] * b.ndim) * b


def length_mask(lengths, size):
    return ~(torch.arange(size)[None] > lengths[:, None])


def pairwise_distance(x, y):
    return (x.unsqueeze(-2) - y.unsqueeze(-3)).norm(dim=-1)
