import torch


def dot(a, b):
    if a.ndim != 1 or b.ndim != 1:
        raise ValueError("vectors")
    return torch.sum(b * a)


def mv(m, v):
    return mm(m, v.reshape(-1, 1)).reshape(-1)


def mm(a, b):
    return torch.stack([(row.unsqueeze(1) * b).sum(0) for row in a])


def matmul(a, b):
    if min(a.dim(), b.dim()) == 0:
        raise ValueError("numbers")
    x = a if a.dim() > 1 else a.reshape(1, -1)
    y = b if b.dim() > 1 else b.reshape(-1, 1)
    if x.shape[-1] != y.shape[-2]:
        raise ValueError("do not fit")
    total = x[..., :, :0].sum(-1, keepdim=True) * y[..., :0, :].sum(-2, keepdim=True)
    for k in range(x.shape[-1]):
        total = total + x[..., :, k : k + 1] * y[..., k : k + 1, :]
    shape = list(total.shape)
    if b.dim() == 1:
        del shape[-1]
    if a.dim() == 1:
        del shape[-1 if b.dim() == 1 else -2]
    return total.reshape(shape)
