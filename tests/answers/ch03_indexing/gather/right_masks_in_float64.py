"""One-hot masks and a sum along the axis; lists for the table."""

import torch


def gather(x, dim, index):
    n = x.ndim
    if index.ndim != n:
        raise ValueError
    dim = dim if dim >= 0 else dim + n
    for d, (k, m) in enumerate(zip(index.shape, x.shape)):
        if d != dim and k > m:
            raise ValueError(f"axis {d}: {k} > {m}")
    size = x.shape[dim]
    if index.numel() and not (index.min() >= 0 and index.max() < size):
        raise IndexError("entry out of range")
    for d in range(n):
        if d != dim:
            x = x.narrow(d, 0, index.shape[d])
    mask = index.movedim(dim, -1).unsqueeze(-1) == torch.arange(size)
    wide = x.movedim(dim, -1).unsqueeze(-2).to(torch.float64)
    return (mask * wide).sum(-1).movedim(-1, dim).to(x.dtype)


def look_up_labels(labels, index):
    table = dict(enumerate(labels.tolist()))
    found = [table[c] for c in index.reshape(-1).tolist()]
    return torch.tensor(found, dtype=labels.dtype).reshape(index.shape)


def pick(p, y):
    return (
        torch.where(torch.arange(p.shape[1]) == y[:, None], p, torch.zeros_like(p))
        .sum(1)
        .to(p.dtype)
    )
