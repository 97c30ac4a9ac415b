import torch


def var(x, dim, correction=1):
    moved = x.movedim(dim, -1)
    dev = moved - moved.sum(-1, keepdim=True) / moved.shape[-1]
    return torch.einsum("...i,...i->...", dev, dev) / (moved.shape[-1] - correction)


def std(x, dim, correction=1):
    return torch.pow(var(x, dim, correction), 0.5)


def streaming_stats(chunks, correction=1):
    kept = [c for c in chunks]
    x = torch.cat(kept)
    return x.numel(), x.mean(), var(x, 0, correction)
