# expect: values=passed by_hand=forbidden hidden=passed gradient=passed in_place=missing_name refusal=missing_name
"""Has a layer call it."""
import torch


def row_dot(x, w):
    layer = torch.nn.Linear(len(w), 1, bias=False)
    del layer.weight
    layer.weight = w[None]
    return layer(x)[:, 0]
