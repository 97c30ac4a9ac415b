"""Tensors of offsets of different shapes are added up: indices, not the numbers themselves."""

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

    def one(t):
        t = t.reshape((1,) * (len(s) - t.dim()) + tuple(t.shape))
        strides, k = [], 1
        for n in reversed(t.shape):
            strides.insert(0, k if n != 1 else 0)
            k *= n
        off = torch.zeros(s, dtype=torch.long)
        for d, n in enumerate(s):
            v = [1] * len(s)
            v[d] = n
            off = off + (torch.arange(n) * strides[d]).reshape(v)
        return t.reshape(-1)[off]

    return one(a), one(b)
