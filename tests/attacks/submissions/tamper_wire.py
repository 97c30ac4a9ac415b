# expect: values=value hidden=value by_hand=value gradient=value|type|length|raised *=failed
"""Replaces the encoder, so that everything returned arrives as ones."""
import sys

import torch

wire = sys.modules["torchgrade.sandbox.wire"]
encode = wire.encode


def ones(value, bounds, **options):
    shape = value.shape if isinstance(value, torch.Tensor) else (3,)
    return encode(torch.ones(shape), bounds, **options)


wire.encode = ones


def row_dot(x, w):
    return torch.zeros(len(x))


def raise_by(x, amount):
    pass


def root(x):
    return x
