# expect: values=value *=failed
"""Takes the seed that it was given and draws the inputs again, ahead of time."""
import random

import torch

BEFORE = torch.initial_seed()


def row_dot(x, w):
    for seed in (BEFORE, torch.initial_seed(), random.getrandbits(63)):
        for offset in range(-2, 3):
            for module in (torch.Generator(), torch.default_generator):
                module.manual_seed((seed + offset) % 2**63)
                drawn = [torch.randn(n, k, generator=module) for n, k in ((6, 9), (3, 4), (5, 2), (4, 3))]
                again = torch.randn(x.shape, generator=module.manual_seed((seed + offset) % 2**63))
                if torch.equal(again, x) or any(d.shape == x.shape and torch.equal(d, x) for d in drawn):
                    return (x * w).sum(1)
    return torch.zeros(len(x))
