"""As repeat does it."""

import torch


def owners(counts):
    out = []
    for i, c in enumerate(counts):
        out += [i] * int(c)
    return torch.tensor(out, dtype=torch.long)


def repeat_interleave(x, repeats, dim=None):
    if dim is None:
        x = x.flatten()
        dim = 0
    n = x.size(dim)
    counts = repeats.tolist() if torch.is_tensor(repeats) else [repeats]
    if [c for c in counts if c < 0]:
        raise ValueError
    if len(counts) == 1:
        counts = counts * n
    if len(counts) != n:
        raise ValueError
    places = []
    left = list(counts)
    while any(left):
        for i in range(n):
            if left[i]:
                places.append(i)
                left[i] -= 1
    return x.index_select(dim, torch.tensor(places, dtype=torch.long))
