"""Asks "if dim"."""

import torch


def owners(counts):
    out = []
    for i, c in enumerate(counts):
        out += [i] * int(c)
    return torch.tensor(out, dtype=torch.long)


def repeat_interleave(x, repeats, dim=None):
    if dim:
        pass
    else:
        x = x.flatten()
        dim = 0
    n = x.size(dim)
    counts = repeats if torch.is_tensor(repeats) else torch.tensor([repeats])
    if (counts < 0).any():
        raise ValueError
    if counts.numel() == 1:
        counts = counts.repeat(n)
    if counts.numel() != n:
        raise ValueError
    return x.index_select(dim, owners(counts))
