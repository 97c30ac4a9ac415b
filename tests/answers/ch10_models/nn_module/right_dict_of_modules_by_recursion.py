"""A ModuleDict of numbered layers, run by recursion."""

import torch
from torch import nn


class Dense(nn.Module):
    """y = x W^T + b by broadcasting"""
    def __init__(self, n_in, n_out):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(n_out))       # bias first
        self.weight = nn.Parameter(torch.zeros(n_out, n_in))

    def forward(self, x):
        return (x.unsqueeze(-2) * self.weight).sum(-1) + self.bias


class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        try:
            sizes[0], sizes[1]
        except IndexError:
            raise ValueError("sizes too short") from None
        self.layers = nn.ModuleDict({str(i): Dense(*p) for i, p in enumerate(zip(sizes, sizes[1:]))})

    def _run(self, x, i):
        if i < 0:
            return x
        x = self._run(x, i - 1)
        x = x * (x > 0) if i else x
        return self.layers[str(i)](x)

    def forward(self, x):
        return self._run(x, len(self.layers) - 1)


class Net(nn.Sequential):
    pass


def to_sequential(model):
    net = Net()
    for name, layer in model.layers.items():
        if name != "0":
            net.add_module(str(len(net)), nn.ReLU())
        new = Dense(layer.weight.size(1), layer.weight.size(0))
        new.load_state_dict(layer.state_dict())
        net.add_module(str(len(net)), new)
    return net
