"""Whole numbers as positions in the flattened tensor."""

import torch


def broadcast_shape(*shapes):
    n = max([len(s) for s in shapes], default=0)
    padded = [[1] * (n - len(s)) + list(s) for s in shapes]
    out = []
    for i in range(n):
        size = 1
        for s in padded:
            if s[i] != 1:
                if size != 1 and s[i] != size:
                    raise ValueError("shapes do not broadcast")
                size = s[i]
        out.append(size)
    return tuple(out)


def broadcast_pair(a, b):
    s = broadcast_shape(a.shape, b.shape)
    total = 1
    for n in s:
        total *= n

    def pick(t):
        flat = t.contiguous().flatten()
        idx = []
        for k in range(total):
            pos, where, step = k, 0, 1
            for d in range(1, len(s) + 1):
                i = pos % s[-d]
                pos //= s[-d]
                if d <= t.dim():
                    if t.shape[-d] != 1:
                        where += i * step
                    step *= t.shape[-d]
            idx.append(where)
        return flat[torch.tensor(idx, dtype=torch.int64)].reshape(s)

    return pick(a), pick(b)
