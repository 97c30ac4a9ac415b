"""Wrong: powers of e by pow, never shifted."""

import math

import torch


def softmax(x):
    powers = torch.pow(torch.full_like(x, math.e), x)
    return powers / powers.sum(-1, True)


def softmax_jacobian(x):
    p = softmax(x)
    return torch.diag_embed(p) - torch.einsum("...i,...j->...ij", p, p)


def softmax_vjp(x, v):
    if x.shape != v.shape:
        raise ValueError("shapes")
    p = softmax(x)
    return p * v - p * (p * v).sum(-1, keepdim=True)
