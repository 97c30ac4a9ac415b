# expect: values=passed by_hand=forbidden hidden=passed gradient=passed in_place=raised refusal=missing_name
"""Calls ATen directly."""
import torch


def row_dot(x, w):
    return torch.ops.aten.mv.default(x, w)
