# expect: values=passed by_hand=forbidden hidden=passed gradient=passed in_place=missing_name refusal=missing_name
"""Calls ATen directly."""
import torch


def row_dot(x, w):
    return torch.ops.aten.mv.default(x, w)
