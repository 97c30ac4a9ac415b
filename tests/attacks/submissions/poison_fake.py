# exercise: rampart
# expect: values=unsupported *=failed
"""A fake tensor."""
import torch
from torch._subclasses.fake_tensor import FakeTensorMode


def row_dot(x, w):
    return FakeTensorMode().from_tensor(torch.zeros(len(x)))
