# expect: values=passed by_hand=forbidden hidden=passed gradient=passed in_place=missing_name refusal=missing_name
"""Calls the binding beneath the method."""
import torch

mv = torch._C.TensorBase.mv


def row_dot(x, w):
    return mv(x, w)
