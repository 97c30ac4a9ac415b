import math

import torch


def vector_norm(x, p, dim=None, keepdim=False):
    if dim is None:
        out = vector_norm(x.flatten(), p, 0)
        return out.reshape([1] * x.dim()) if keepdim else out
    a = x.abs()
    if p == math.inf:
        return torch.amax(a, dim, keepdim=keepdim)
    if p == 0:
        return (x != 0).sum(dim, keepdim=keepdim).to(x.dtype)
    return (a**p).sum(dim, keepdim=keepdim) ** (1 / p)


def frobenius_norm(a):
    return torch.sqrt(torch.diagonal(a @ a.mT, dim1=-2, dim2=-1).sum(-1))


def vector_with_norms(n, l1, linf):
    if not linf < l1 < n * linf:
        raise ValueError("no such vector")
    return torch.tensor([linf] + [(l1 - linf) / (n - 1)] * (n - 1), dtype=torch.float64)
