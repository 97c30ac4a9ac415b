"""Python lists all the way."""

import torch


def owners(counts):
    out = []
    for i in range(len(counts)):
        out += [i] * int(counts[i])
    return torch.tensor(out, dtype=torch.long)


def repeat_interleave(x, repeats, dim=None):
    if dim is None:
        return repeat_interleave(x.reshape(-1), repeats, 0)
    n = x.size(dim)
    if isinstance(repeats, torch.Tensor):
        counts = repeats.tolist()
    else:
        counts = [repeats]
    if min(counts, default=0) < 0:
        raise ValueError("negative")
    if len(counts) == 1:
        counts = counts * n
    elif len(counts) != n:
        raise ValueError("length")
    index = [slice(None)] * x.ndim
    index[dim] = owners(torch.tensor(counts, dtype=torch.long))
    return x[tuple(index)]
