"""Wrong: +p_i p_j beside the diagonal, by a double loop."""

import torch


def jacobian_of_row(p):
    n = len(p)
    j = torch.zeros(n, n, dtype=p.dtype)
    for a in range(n):
        for b in range(n):
            if a == b:
                j[a, b] = p[a] * (1 - p[a])
            else:
                j[a, b] = p[a] * p[b]
    return j


def softmax_jacobian(x):
    p = x.softmax(-1)
    return jacobian_of_row(p) if p.dim() == 1 else torch.stack([jacobian_of_row(q) for q in p])


def softmax_vjp(x, v):
    if x.shape != v.shape:
        raise ValueError("shapes")
    p = torch.softmax(x, -1)
    return p * v - p * (p * v).sum(-1, keepdim=True)
