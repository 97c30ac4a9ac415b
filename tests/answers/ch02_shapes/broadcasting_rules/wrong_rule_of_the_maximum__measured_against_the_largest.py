"""Output sizes are the maxima; every input size must be that or 1. One loop, all by hand."""

import torch


def broadcast_shape(*shapes):
    ndim = 0
    for s in shapes:
        ndim = max(ndim, len(s))
    padded = []
    for s in shapes:
        padded.append([1] * (ndim - len(s)) + list(s))
    out = []
    for d in range(ndim):
        biggest = padded[0][d]
        for s in padded:
            biggest = max(biggest, s[d])
        out.append(biggest)
    for s in padded:
        for d in range(ndim):
            if s[d] != out[d] and s[d] != 1:
                raise ValueError("shapes do not match in dimension " + str(d))
    return tuple(out)


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    results = []
    for t in (a, b):
        t = t.reshape([1] * (len(shape) - t.dim()) + list(t.shape))
        for d in range(len(shape)):
            if t.shape[d] != shape[d]:
                t = torch.cat([t for _ in range(shape[d])], dim=d)
        results.append(t)
    return tuple(results)
