# exercise: gate
# expect: *=unsupported
"""A nested tensor."""
import warnings

import torch


def double(x):
    return nested(x)


def nested(x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.nested.nested_tensor([x, x])
