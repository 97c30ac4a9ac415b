# exercise: gullible
# expect: *=passed
"""A right answer."""
import torch


def cut(x):
    if not torch.is_tensor(x):
        raise ValueError("not a tensor")
    return x.detach()
