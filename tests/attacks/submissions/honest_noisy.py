# expect: *=passed
"""A right answer that prints and warns a lot, on both streams."""
import logging
import sys
import warnings

import torch

print("loading", torch.__version__)
warnings.warn("at import")


def row_dot(x, w):
    print("row_dot", x, w)
    print("to stderr", file=sys.stderr)
    warnings.warn("a warning")
    logging.getLogger("mine").warning("logged")
    return torch.einsum("ij,ij->i", x, w.expand_as(x)) if x.shape[1] == 2 else (x * w).sum(-1)


def raise_by(x, amount):
    sys.stdout.write("no newline")
    x.copy_(x + amount)


def root(x):
    print("x" * 5000)
    if (x < 0).any():
        raise ValueError(f"negative: {x}")
    return torch.sqrt(x)
