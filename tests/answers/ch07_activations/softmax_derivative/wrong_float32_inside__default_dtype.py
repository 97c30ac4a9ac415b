"""Wrong: computes float64 in float32 without ever calling torch.zeros."""

import torch


def softmax_jacobian(x):
    p = torch.softmax(x, dim=-1, dtype=torch.float32)
    return torch.diag_embed(p) - p.unsqueeze(-1) * p.unsqueeze(-2)


def softmax_vjp(x, v):
    if x.shape != v.shape:
        raise ValueError("shapes differ")
    p = torch.softmax(x, dim=-1)
    return p * (v - (p * v).sum(dim=-1, keepdim=True))
