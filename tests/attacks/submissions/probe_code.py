# expect: gradient=type|length|value|raised in_place=type|length|value *=failed
"""Replaces the source of every probe by one that returns a constant."""
import sys

import torch

worker = sys.modules["torchgrade.sandbox.worker"]
worker._compiled = lambda source, namespace: lambda *args: (True, True)


def row_dot(x, w):
    return torch.zeros(len(x))


def raise_by(x, amount):
    pass


def root(x):
    return x
