"""Copies the values from the twin into the model."""

import torch
import torch.nn.functional as F
from torch import nn


class Dense(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_out, n_in) / n_in ** 0.5)
        self.bias = nn.Parameter(torch.zeros(n_out))

    def forward(self, x):
        return x @ self.weight.T + self.bias


class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        if len(sizes) < 2:
            raise ValueError("an MLP needs at least two sizes")
        self.layers = nn.ModuleList([Dense(a, b) for a, b in zip(sizes[:-1], sizes[1:])])

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i < len(self.layers) - 1:
                x = torch.relu(x)
        return x


def to_sequential(model):
    stages = []
    for layer in model.layers:
        n_out, n_in = layer.weight.shape
        new = nn.Linear(n_in, n_out)
        with torch.no_grad():
            layer.weight.copy_(new.weight)
            layer.bias.copy_(new.bias)
        stages += [new, nn.ReLU()]
    return nn.Sequential(*stages[:-1])
