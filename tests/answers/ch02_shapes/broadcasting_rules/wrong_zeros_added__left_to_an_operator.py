"""An operator does the stretching, in the right dtype."""

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
    shape = broadcast_shape(a.shape, b.shape)
    return a + torch.zeros(shape, dtype=a.dtype), b + torch.zeros(shape, dtype=b.dtype)
