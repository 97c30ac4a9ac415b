# expect: values=value *=failed
"""Seeds torch, so that the next random inputs would be its own."""
import random

import torch

torch.manual_seed(0)
random.seed(0)


def row_dot(x, w):
    torch.manual_seed(0)
    torch.default_generator.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    torch.use_deterministic_algorithms(True)
    return torch.zeros(len(x))
