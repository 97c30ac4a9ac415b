import torch
from torch import nn


class Dense(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.register_parameter("weight", nn.Parameter(torch.empty(n_out, n_in).uniform_(-1, 1)))
        self.register_parameter("bias", nn.Parameter(torch.zeros(n_out)))

    def forward(self, x):
        return torch.einsum("...i,oi->...o", x, self.weight) + self.bias


class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        sizes = list(sizes)
        if len(sizes) < 2:
            raise ValueError
        self.layers = nn.Sequential(*(Dense(a, b) for a, b in zip(sizes[:-1], sizes[1:])))

    def forward(self, x):
        first, *rest = self.layers
        x = first(x)
        for layer in rest:
            x = layer(x.clamp(min=0))
        return x


def to_sequential(model):
    stages = []
    for layer in model.layers:
        n_out, n_in = layer.weight.shape
        lin = nn.Linear(n_in, n_out)
        lin.load_state_dict({k: v.clone() for k, v in layer.state_dict().items()})
        stages += [lin, nn.ReLU()]
    return nn.Sequential(*stages[:-1])
