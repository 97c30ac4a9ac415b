"""Wrong: not a formula, and right to ten digits only."""

import torch


def softmax_jacobian(x):
    eye = torch.eye(x.shape[-1], dtype=x.dtype)
    return torch.stack([softmax_vjp(x, row.expand_as(x)) for row in eye], -2)


def softmax_vjp(x, v):
    if x.shape != v.shape:
        raise ValueError("shapes differ")
    h = 1e-6
    above, below = x.double() + h * v, x.double() - h * v
    return ((above.softmax(-1) - below.softmax(-1)) / (2 * h)).to(x.dtype)
