import torch


def gather(x, dim, index):
    if x.dim() != index.dim():
        raise ValueError("axes")
    d = dim % x.dim()
    for k in range(x.dim()):
        if k != d and index.shape[k] > x.shape[k]:
            raise ValueError("too large")
    if index.numel() and (int(index.min()) < 0 or int(index.max()) >= x.shape[d]):
        raise IndexError("entry")
    flat, pos, step = x.reshape(-1), torch.zeros_like(index), 1
    for k in reversed(range(x.dim())):
        coordinate = (
            index
            if k == d
            else torch.arange(index.shape[k]).view([-1 if j == k else 1 for j in range(x.dim())])
        )
        pos = pos + coordinate * step
        step *= x.shape[k]
    return flat[pos]


def look_up_labels(labels, index):
    return labels.index_select(0, index.reshape(-1)).reshape(index.shape)


def pick(p, y):
    return torch.stack([row[c] for row, c in zip(p, y)]) if len(y) else p.new_empty(0)
