# exercise: gate
# expect: *=unsupported|raised|type
"""An object that says it is a tensor."""
import torch


class Thing:
    __class__ = torch.Tensor


def double(x):
    return Thing()
