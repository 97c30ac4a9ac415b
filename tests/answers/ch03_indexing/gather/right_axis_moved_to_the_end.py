"""The axis is moved to the end and the rest is flattened: a loop over rows, written in place."""

import torch


def gather(x, dim, index):
    if len(x.shape) != len(index.shape):
        raise ValueError("different number of axes")
    for d in range(x.dim()):
        if d != dim and d != dim + x.dim() and index.shape[d] > x.shape[d]:
            raise ValueError("index too large")
    if any(i < 0 or i >= x.shape[dim] for i in index.flatten().tolist()):
        raise IndexError("no such position")

    index = index.transpose(dim, -1)
    result = torch.zeros(index.shape, dtype=x.dtype)
    x = x.transpose(dim, -1)
    x = x[tuple(slice(0, k) for k in index.shape[:-1])]
    lines = result.view(-1, index.shape[-1]) if result.numel() else []
    rows = x.reshape(-1, x.shape[-1]) if len(lines) else []
    where = index.reshape(-1, index.shape[-1]) if len(lines) else []
    for line, row, positions in zip(lines, rows, where):
        for k in range(len(positions)):
            line[k] = row[positions[k]]
    return result.transpose(dim, -1)


def look_up_labels(labels, index):
    if index.dim() == 0:
        return labels[index.item()]
    out = [look_up_labels(labels, part) for part in index]
    return torch.stack(out) if out else labels[index]


def pick(p, y):
    flat = p.contiguous().view(-1)
    return flat[torch.arange(p.shape[0]) * p.shape[1] + y]
