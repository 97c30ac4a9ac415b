# exercise: gate
# expect: *=unsupported
"""A quantised tensor."""
import warnings

import torch


def double(x):
    return quantised(x)


def quantised(x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.quantize_per_tensor(torch.zeros(len(x)), 0.1, 0, torch.qint8)
