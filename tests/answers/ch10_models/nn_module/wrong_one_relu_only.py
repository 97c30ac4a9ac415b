"""A layer and a multilayer perceptron as ``nn.Module``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn


class Dense(nn.Module):
    """A fully connected layer, y = x Wᵀ + b, with parameters ``weight`` and ``bias``."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        bound = n_in**-0.5
        self.weight = nn.Parameter(torch.empty(n_out, n_in).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(n_out))

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.weight.T + self.bias


class MLP(nn.Module):
    """Fully connected layers with a ReLU between them, none after the last."""

    def __init__(self, sizes: Sequence[int]) -> None:
        super().__init__()
        if len(sizes) < 2:
            raise ValueError(f"an MLP needs an input and an output size, not {sizes!r}")
        self.layers = nn.ModuleList(Dense(n_in, n_out) for n_in, n_out in pairwise(sizes))

    def forward(self, x: Tensor) -> Tensor:
        *hidden, last = self.layers
        for layer in hidden:
            x = layer(x).relu()
        y: Tensor = last(x)
        return y


def to_sequential(model: MLP) -> nn.Sequential:
    """Return the same network as an ``nn.Sequential`` with memory of its own."""
    stages: list[nn.Module] = []
    values: dict[str, Tensor] = {}
    for i, layer in enumerate(model.layers):
        state = layer.state_dict()
        n_out, n_in = state["weight"].shape
        stages += [nn.Linear(n_in, n_out), nn.ReLU()]
        values |= {f"{2 * i}.{name}": value for name, value in state.items()}
    twin = nn.Sequential(*stages[:-1])
    twin.load_state_dict(values)
    return twin


class MLP(MLP):
    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i == 0:
                x = torch.relu(x)
        return x
