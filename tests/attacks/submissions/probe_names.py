# expect: gradient=value|raised *=failed
"""Replaces what the probe uses: torch in its namespace, backward and grad of tensors."""
import sys

import torch

torch.Tensor.backward = lambda self, *args, **kwargs: None
torch.Tensor.grad = property(lambda self: torch.zeros(self.shape))
torch.Tensor.square = lambda self: self


def row_dot(x, w):
    sys._getframe(1).f_globals["torch"] = None
    return torch.zeros(len(x))
