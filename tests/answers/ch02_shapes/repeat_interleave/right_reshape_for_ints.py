"""expand and reshape for a number, cumulated counts for a tensor."""

import torch


def owners(counts):
    marks = torch.zeros(int(counts.sum()) + 1, dtype=torch.long)
    if len(counts):
        ends = counts.cumsum(0)[:-1]
        marks.index_add_(0, ends, torch.ones_like(ends))
    return marks.cumsum(0)[:-1]


def repeat_interleave(x, repeats, dim=None):
    if dim is None:
        x = x.reshape(-1)
        dim = 0
    dim = dim % x.ndim
    if not torch.is_tensor(repeats) or len(repeats) == 1:
        times = int(repeats)
        if times < 0:
            raise ValueError
        shape = list(x.shape)
        wide = x.unsqueeze(dim + 1).expand(shape[: dim + 1] + [times] + shape[dim + 1 :])
        shape[dim] *= times
        return wide.reshape(shape)
    if bool((repeats < 0).any()) or repeats.shape != (x.shape[dim],):
        raise ValueError
    return torch.index_select(x, dim, owners(repeats))
