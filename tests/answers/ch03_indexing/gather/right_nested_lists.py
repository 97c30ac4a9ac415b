"""Nested Python lists all the way."""

import torch


def _get(x, pos):
    for p in pos:
        x = x[p]
    return x


def _sizes(t):
    return list(t.shape)


def gather(x, dim, index):
    if len(_sizes(x)) != len(_sizes(index)):
        raise ValueError("number of axes")
    D = len(_sizes(x))
    dim = dim if dim >= 0 else D + dim
    for d in range(D):
        if d == dim:
            continue
        if _sizes(index)[d] > _sizes(x)[d]:
            raise ValueError("index too large")
    xl, il = x.tolist(), index.tolist()

    def build(pos):
        if len(pos) == D:
            k = _get(il, pos)
            if not 0 <= k < x.shape[dim]:
                raise IndexError(k)
            return _get(xl, pos[:dim] + [k] + pos[dim + 1 :])
        return [build(pos + [i]) for i in range(index.shape[len(pos)])]

    return torch.tensor(build([]), dtype=x.dtype).reshape(index.shape)


def look_up_labels(labels, index):
    table = labels.tolist()
    flat = [table[i] for i in index.reshape(-1).tolist()]
    return torch.tensor(flat, dtype=labels.dtype).reshape(index.shape)


def pick(p, y):
    return torch.tensor([row[c] for row, c in zip(p.tolist(), y.tolist())], dtype=p.dtype)
