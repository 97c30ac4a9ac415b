"""A layer and a multilayer perceptron as ``nn.Module``."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Dense(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_out, n_in) / n_in**0.5)
        self.bias = nn.Parameter(torch.zeros(n_out))

    def forward(self, x):
        return x @ self.weight.T + self.bias


class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        if len(sizes) < 2:
            raise ValueError("sizes must contain at least two numbers")
        self.layers = []
        for n_in, n_out in zip(sizes[:-1], sizes[1:]):
            self.layers.append(Dense(n_in, n_out))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        return self.layers[-1](x)


def to_sequential(model):
    modules = []
    for layer in model.layers:
        n_out, n_in = layer.weight.shape
        linear = nn.Linear(n_in, n_out)
        linear.load_state_dict(layer.state_dict())
        modules.append(linear)
        modules.append(nn.ReLU())
    return nn.Sequential(*modules[:-1])
