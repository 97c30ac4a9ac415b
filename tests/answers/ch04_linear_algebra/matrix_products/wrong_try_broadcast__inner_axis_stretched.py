import torch


def dot(a, b):
    if a.dim() != 1 or b.dim() != 1:
        raise ValueError("dot wants vectors")
    if a.shape != b.shape:
        raise ValueError("different lengths")
    return (a * b).sum()


def mv(m, v):
    return (m * v).sum(dim=1)


def mm(a, b):
    return torch.mul(a[:, :, None], b[None, :, :]).sum(1)


def matmul(a, b):
    if a.dim() == 0 or b.dim() == 0:
        raise ValueError("0-d")
    left, right = a.dim() == 1, b.dim() == 1
    a = a[None] if left else a
    b = b[:, None] if right else b
    try:
        out = (a.unsqueeze(-1) * b.unsqueeze(-3)).sum(-2)
    except RuntimeError as e:
        raise ValueError("inner sizes differ") from e
    if right:
        out = out.squeeze(-1)
    if left:
        out = out.squeeze(-1 if right else -2)
    return out
