"""Wrong: compares how many numbers there are, not how they are arranged."""

import torch


def softmax_jacobian(x):
    p = torch.softmax(x, dim=-1)
    return torch.diag_embed(p) - p.unsqueeze(-1) * p.unsqueeze(-2)


def softmax_vjp(x, v):
    if x.numel() != v.numel():
        raise ValueError("shapes differ")
    p = torch.softmax(x, dim=-1)
    return p * (v - (p * v).sum(dim=-1, keepdim=True))
