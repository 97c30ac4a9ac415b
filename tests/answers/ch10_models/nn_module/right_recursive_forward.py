"""The rest of the network is computed by recursion."""

import torch
from torch import nn
import torch.nn.functional as F


class Dense(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        values = torch.rand(n_out, n_in + 1) - 0.5
        self.register_parameter("weight", nn.Parameter(values[:, :-1].clone()))
        self.register_parameter("bias", nn.Parameter(values[:, -1].clone()))

    def forward(self, x):
        rows = x.reshape(-1, x.shape[-1])
        y = torch.addmm(self.bias, rows, self.weight.T)
        return y.reshape(*x.shape[:-1], -1)


class Layers(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        for i, (n_in, n_out) in enumerate(zip(sizes, sizes[1:])):
            self.add_module(str(i), nn.Linear(n_in, n_out))

    def forward(self, x, i=0):
        x = getattr(self, str(i))(x)
        return self(F.relu(x), i + 1) if hasattr(self, str(i + 1)) else x


class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        if not len(sizes) >= 2:
            raise ValueError("give at least two sizes")
        self.layers = Layers(list(sizes))

    def forward(self, x):
        return self.layers(x)


def to_sequential(model):
    state = model.state_dict()
    names = [name for name in state if name.endswith("weight")]
    stages = []
    for name in names:
        weight, bias = state[name], state[name.replace("weight", "bias")]
        linear = nn.Linear(weight.shape[1], weight.shape[0])
        linear.load_state_dict({"weight": weight, "bias": bias})
        stages += [linear] if name is names[-1] else [linear, nn.ReLU()]
    return nn.Sequential(*stages)
