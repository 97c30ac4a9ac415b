"""A ModuleDict whose keys are numbers, and deep copies of the layers."""

import torch
from torch import nn
from collections import OrderedDict
from copy import deepcopy


class Dense(nn.Module):
    def __init__(self, n_in, n_out):
        nn.Module.__init__(self)
        self.bias = nn.Parameter(torch.empty(n_out))
        self.weight = nn.Parameter(torch.empty(n_out, n_in))
        nn.init.normal_(self.bias)
        nn.init.xavier_uniform_(self.weight)

    def forward(self, x):
        return (self.weight * x.unsqueeze(-2)).sum(-1) + self.bias


class MLP(nn.Module):
    def __init__(self, sizes):
        n_in, *rest = sizes
        if not rest:
            raise ValueError(sizes)
        super(MLP, self).__init__()
        self.layers = nn.ModuleDict()
        for i, n_out in enumerate(rest):
            self.layers[str(i)] = Dense(n_in, n_out)
            n_in = n_out

    def forward(self, x):
        first, *others = self.layers.values()
        x = first(x)
        for layer in others:
            x = layer(x.clamp(min=0))
        return x


def to_sequential(model):
    stages = OrderedDict()
    for layer in model.layers.values():
        stages[str(len(stages))] = deepcopy(layer)
        stages[str(len(stages))] = nn.ReLU()
    stages.popitem()
    return nn.Sequential(stages)
