"""Layers in a tuple called something else."""

import torch
from torch import nn


class Dense(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_out, n_in) * 0.1)
        self.bias = nn.Parameter(torch.zeros(n_out))

    def forward(self, x):
        return torch.matmul(x, self.weight.t()) + self.bias


class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        if len(sizes) < 2:
            raise ValueError
        self.stack = tuple(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.relu = nn.ReLU()

    def forward(self, x):
        for layer in self.stack[:-1]:
            x = self.relu(layer(x))
        return self.stack[-1](x)


def to_sequential(model):
    net = nn.Sequential()
    for i, layer in enumerate(model.stack):
        if i > 0:
            net.append(nn.ReLU())
        linear = nn.Linear(layer.weight.size(1), layer.weight.size(0))
        linear.weight.data.copy_(layer.weight.data)
        linear.bias.data.copy_(layer.bias.data)
        net.append(linear)
    return net
