"""The result is a view with its axes moved."""

import torch


def check(x, dim, index):
    if x.dim() != index.dim():
        raise ValueError("axes")
    dim = dim % x.dim()
    for d in range(x.dim()):
        if d != dim and index.shape[d] > x.shape[d]:
            raise ValueError("too large")
    if index.numel() and (index.min() < 0 or index.max() >= x.shape[dim]):
        raise IndexError("entry")
    return dim


def gather(x, dim, index):
    dim = check(x, dim, index)
    n = x.shape[dim]
    xs = x[tuple(slice(None) if d == dim else slice(k) for d, k in enumerate(index.shape))].movedim(
        dim, 0
    )
    ix = index.movedim(dim, 0)
    rest = ix.shape[1:]
    flat = xs.reshape(n, -1) if xs.numel() else None
    if ix.numel() == 0:
        return torch.zeros(index.shape).to(x.dtype)
    r = torch.stack([flat[row, torch.arange(flat.shape[1])] for row in ix.reshape(ix.shape[0], -1)])
    return r.reshape(ix.shape).movedim(0, dim)


def look_up_labels(labels: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    return labels.index_select(0, index.flatten()).reshape(index.shape)


def pick(p, y):
    rows = [p[i][c] for i, c in enumerate(y)]
    return torch.stack(rows) if rows else p[:, 0]
