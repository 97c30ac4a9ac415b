"""Wrong: the Jacobian of log-softmax, 1 - p on the diagonal and -p beside it."""

import torch


def softmax_jacobian(x):
    p = torch.softmax(x, dim=-1)
    return torch.eye(x.shape[-1], dtype=x.dtype) - p[..., None, :].expand(*x.shape, x.shape[-1])


def softmax_vjp(x, v):
    if x.shape != v.shape:
        raise ValueError("shapes differ")
    p = torch.softmax(x, dim=-1)
    return p * (v - (p * v).sum(dim=-1, keepdim=True))
