# exercise: gullible
# expect: *=failed
"""Constants where values are asked for."""
import torch


def cut(x):
    return torch.zeros(3, requires_grad=True)
