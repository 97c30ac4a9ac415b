"""Each norm as a reduction over a tuple of axes."""

import torch


def vector_norm(x, p, dim=None, keepdim=False):
    dims = list(range(x.dim())) if dim is None else [dim]
    a = torch.where(x < 0, -x, x)
    if p == 0:
        return a.bool().sum(dims, keepdim=keepdim).to(x)
    if p == float("inf"):
        return torch.amax(a, dims, keepdim=keepdim)
    return torch.sum(a**p, dims, keepdim=keepdim) ** (1.0 / p)


def frobenius_norm(a):
    return vector_norm(a.flatten(-2), 2, -1)


def vector_with_norms(n, l1, linf):
    if l1 < linf or l1 > n * linf:
        raise ValueError("impossible")
    if n == 1:
        return torch.tensor([-linf])
    return torch.cat([torch.tensor([-linf]), torch.full((n - 1,), (l1 - linf) / (n - 1))])
