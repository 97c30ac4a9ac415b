# expect: values=passed by_hand=forbidden hidden=passed gradient=passed in_place=missing_name refusal=missing_name
"""Finds it by a name put together."""
import torch


def row_dot(x, w):
    return getattr(torch, "".join(reversed("vm")))(x, w)
