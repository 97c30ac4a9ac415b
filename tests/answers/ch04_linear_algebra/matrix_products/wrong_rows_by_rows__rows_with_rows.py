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
    return torch.stack([(a * row).sum(1) for row in b], 1)


def matmul(a, b):
    if not a.dim() or not b.dim():
        raise ValueError("0-d")
    row, column = a.dim() == 1, b.dim() == 1
    if row:
        a = a.unsqueeze(0)
    if column:
        b = b.unsqueeze(1)
    if a.size(-1) != b.size(-2):
        raise ValueError("inner")
    batch = torch.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a = a.broadcast_to(batch + a.shape[-2:])
    b = b.broadcast_to(batch + b.shape[-2:])
    out = torch.empty(batch + (a.size(-2), b.size(-1)), dtype=a.dtype)
    for place in itertools.product(*map(range, batch)):
        out[place] = mm(a[place], b[place])
    if column:
        out = out[..., 0]
    if row:
        out = out[..., 0] if column else out[..., 0, :]
    return out
