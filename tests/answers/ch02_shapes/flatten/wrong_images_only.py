"""A layer that leaves everything alone that has not four axes."""

import math

from torch import nn


def column_of(shape, place):
    if len(shape) == 0:
        return 0
    return column_of(shape[:-1], place[:-1]) * shape[-1] + place[-1]


def flatten_from(x, start):
    axis = range(x.dim())[start]
    return x.reshape(*x.shape[:axis], math.prod(x.shape[axis:]))


class FlattenLayer(nn.Module):
    def forward(self, x):
        if x.shape[0] == 0:
            return x.reshape(0, math.prod(x.shape[1:]))
        return x.reshape(x.shape[0], -1) if x.dim() == 4 else x
