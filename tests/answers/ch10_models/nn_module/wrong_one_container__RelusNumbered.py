"""Linear layers and ReLUs in one list."""

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
            raise ValueError(len(sizes))
        self.layers = nn.ModuleList()
        for i in range(len(sizes) - 2):
            self.layers.append(Dense(sizes[i], sizes[i + 1]))
            self.layers.append(nn.ReLU())
        self.layers.append(Dense(sizes[-2], sizes[-1]))

    def forward(self, x):
        for stage in self.layers:
            x = stage(x)
        return x


def to_sequential(model):
    twin = nn.Sequential()
    for stage in model.layers:
        if isinstance(stage, Dense):
            linear = nn.Linear(stage.weight.size(1), stage.weight.size(0))
            linear.load_state_dict(stage.state_dict())
            stage = linear
        twin.append(stage)
    return twin
