"""Wrong: the mean over the classes where the sum belongs, and the Jacobian of softmax(2x)."""

import torch


def softmax_jacobian(x):
    p = torch.softmax(2 * x, dim=-1)
    return 2 * (torch.diag_embed(p) - p[..., None] * p[..., None, :])


def softmax_vjp(x, v):
    if x.shape != v.shape:
        raise ValueError("shapes")
    p = torch.softmax(x, -1)
    return p * (v - (p * v).mean(-1, keepdim=True))
