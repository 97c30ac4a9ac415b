# exercise: gate
# expect: *=unsupported
"""A fake tensor."""
import torch
from torch._subclasses.fake_tensor import FakeTensorMode


def double(x):
    return FakeTensorMode().from_tensor(torch.zeros(len(x)))
