import torch


def owners(counts):
    ends = counts.cumsum(0)
    total = int(ends[-1]) if len(ends) else 0
    return torch.searchsorted(ends, torch.arange(total), right=True)


def repeat_interleave(x, repeats, dim=None):
    if dim is None:
        x, dim = x.flatten(), 0
    n = x.shape[dim]
    counts = torch.as_tensor(repeats).reshape(-1)
    if counts.numel() != 1 and counts.numel() != n:
        raise ValueError("number of counts")
    if (counts < 0).any():
        raise ValueError("negative")
    return x.index_select(dim, owners(counts.expand(n)))
