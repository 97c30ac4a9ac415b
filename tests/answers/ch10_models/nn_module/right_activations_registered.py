"""Activations are modules of the model; the twin comes from a deep copy of all."""

import copy
import itertools
import torch
from torch import nn


class Dense(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight = nn.Parameter(nn.init.xavier_normal_(torch.empty(n_out, n_in)))
        self.bias = nn.Parameter(torch.full((n_out,), 0.1))

    def forward(self, x):
        return torch.tensordot(x, self.weight, dims=([-1], [1])).add_(self.bias)


class Check:
    @staticmethod
    def sizes(sizes):
        if len(sizes) < 2:
            raise ValueError("at least 2 sizes")
        return tuple(int(s) for s in sizes)


class MLP(nn.Module):
    def __init__(self, sizes):
        sizes = Check.sizes(sizes)
        super().__init__()
        self.layers = nn.ModuleList(itertools.starmap(Dense, zip(sizes, sizes[1:])))
        self.activations = nn.ModuleList(nn.ReLU(inplace=True) for _ in sizes[2:])
        self.activations.append(nn.Identity())

    def forward(self, x):
        for layer, act in zip(self.layers, self.activations):
            x = act(layer(x))
        return x


def to_sequential(model):
    m = copy.deepcopy(model)
    both = itertools.chain.from_iterable(zip(m.layers, m.activations))
    return nn.Sequential(*list(both)[:-1])
