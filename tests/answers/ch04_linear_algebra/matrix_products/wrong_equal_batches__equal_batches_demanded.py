import itertools

import torch


def dot(a, b):
    if a.ndim != 1 or b.ndim != 1:
        raise ValueError("vectors only")
    if a.numel() != b.numel():
        raise ValueError("length")
    return torch.sum(torch.mul(a, b))


def mv(m, v):
    out = torch.zeros(m.shape[0], dtype=m.dtype)
    for i in range(m.shape[0]):
        out[i] = dot(m[i], v)
    return out


def mm(a, b):
    out = torch.zeros(a.shape[0], b.shape[1], dtype=a.dtype)
    for i, j in itertools.product(range(a.shape[0]), range(b.shape[1])):
        out[i, j] = dot(a[i], b[:, j])
    return out


def matmul(a, b):
    if not a.dim() or not b.dim():
        raise ValueError("0-d")
    row, column = a.dim() == 1, b.dim() == 1
    if row:
        a = a.unsqueeze(0).expand(b.shape[:-2] + (1, a.shape[0]))
    if column:
        b = b.unsqueeze(1).expand(a.shape[:-2] + (b.shape[0], 1))
    if a.shape[:-2] != b.shape[:-2]:
        raise ValueError("batches differ")
    if a.size(-1) != b.size(-2):
        raise ValueError("inner")
    out = (a.unsqueeze(-1) * b.unsqueeze(-3)).sum(-2)
    if column:
        out = out[..., 0]
    if row:
        out = out[..., 0] if column else out[..., 0, :]
    return out
