# expect: values=value|shape hidden=shape by_hand=shape gradient=shape in_place=value refusal=not_refused
"""The wrong axis, a copy in place of the tensor, no check: honest mistakes."""
import torch


def row_dot(x, w):
    return (x * w[: x.shape[1]]).sum(0)


def raise_by(x, amount):
    x = x + amount


def root(x):
    return x.sqrt()
