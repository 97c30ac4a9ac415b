"""The constructor of nn.Module is not called by the model."""

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
        if len(sizes) < 2:
            raise ValueError("at least an input and an output size")
        self.layers = nn.ModuleList()
        for i in range(len(sizes) - 1):
            self.layers.append(Dense(sizes[i], sizes[i + 1]))

    def forward(self, x):
        n = len(self.layers)
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i < n - 1:
                x = torch.relu(x)
        return x


def to_sequential(model):
    net = nn.Sequential()
    for i, layer in enumerate(model.layers):
        if i > 0:
            net.append(nn.ReLU())
        linear = nn.Linear(layer.weight.size(1), layer.weight.size(0))
        linear.weight.data.copy_(layer.weight.data)
        linear.bias.data.copy_(layer.bias.data)
        net.append(linear)
    return net
