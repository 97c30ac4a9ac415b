"""Drops the counts of 0 before it numbers the rest."""

import torch


def owners(counts):
    counts = counts[counts > 0]
    out = []
    for i in range(len(counts)):
        out += [i] * int(counts[i])
    return torch.tensor(out, dtype=torch.int64)


def repeat_interleave(x, repeats, dim=None):
    if dim is None:
        x, dim = x.reshape(-1), 0
    n = x.shape[dim]
    if isinstance(repeats, int):
        repeats = torch.full((1,), repeats)
    if (repeats < 0).any() or len(repeats) not in (1, n):
        raise ValueError
    if len(repeats) == 1:
        repeats = repeats.expand(n)
    return x.index_select(dim, owners(repeats))
