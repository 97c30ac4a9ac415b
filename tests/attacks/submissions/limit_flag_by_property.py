# exercise: gullible
# expect: flag=passed layout=passed values=value|raised refusal=not_refused
"""Patches requires_grad: whoever asks for a flag gets one. Values are not so easily had."""
import torch

torch.Tensor.requires_grad = property(lambda self: False)


def cut(x):
    return x
