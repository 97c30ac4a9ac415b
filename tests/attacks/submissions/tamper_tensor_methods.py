# expect: *=failed
"""Replaces what the worker reads of a tensor."""
import torch

torch.Tensor.shape = property(lambda self: torch.Size([0]))
torch.Tensor.dtype = property(lambda self: torch.float32)
torch.Tensor.detach = torch.Tensor.contiguous = torch.Tensor.reshape = lambda self, *a: self
torch.Tensor.numpy = lambda self, *a: memoryview(b"")


def row_dot(x, w):
    return torch.empty(0)


def raise_by(x, amount):
    pass


def root(x):
    return x
