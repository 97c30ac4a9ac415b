import torch


def var(x, dim, correction=1):
    moved = x.movedim(dim, -1)
    dev = moved - moved.sum(-1, keepdim=True) / moved.shape[-1]
    return torch.einsum("...i,...i->...", dev, dev) / (moved.shape[-1] - correction)


def std(x, dim, correction=1):
    return torch.pow(var(x, dim, correction), 0.5)


def streaming_stats(chunks, correction=1):
    n = 0
    for c in chunks:
        n += len(c)
        if len(c):
            last = c
    return n, last.mean(), var(last, 0, 0)
