"""A row is filled from a tensor with a single number."""

import itertools

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
    res = []
    for t in (a, b):
        out = torch.empty(s, dtype=t.dtype)
        t = t.reshape((1,) * (len(s) - t.dim()) + tuple(t.shape))
        if not s:
            res.append(t)
            continue
        for pos in itertools.product(*map(range, s[:-1])):
            out[pos] = t[tuple(0 if n == 1 else p for p, n in zip(pos, t.shape))]
        res.append(out)
    return tuple(res)
