"""lru_cache, and differences of gradients."""

from functools import lru_cache

import torch


def derivative(edges, start, end):
    @lru_cache(maxsize=None)
    def walk(here):
        if here == end:
            return 1.0
        total = 0.0
        for edge in edges:
            if edge[0] == here:
                total += edge[2] * walk(edge[1])
        return total

    return walk(start)


def contributions(f, branches, x):
    leaves = []
    values = []
    for branch in branches:
        leaf = x.detach().clone()
        leaf.requires_grad = True
        leaves.append(leaf)
        values.append(branch(leaf))
    return list(torch.autograd.grad(f(*values), leaves))
