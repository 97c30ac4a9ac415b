import torch


def select(x, mask):
    x, mask = torch.broadcast_tensors(x, mask)
    return (
        torch.stack([v for v, m in zip(x.flatten(), mask.flatten()) if m])
        if mask.any()
        else x.new_empty(0)
    )


def outliers(x, low, high):
    return torch.cat(
        [v.reshape(1) for v in x.reshape(-1) if not (low <= v < high)] + [x.new_empty(0)]
    )


def fill_missing(x, value):
    return torch.where(x != x, torch.full_like(x, value), x)


def complete_rows(x):
    return x[x.isnan().sum(1) == 0]


def prune(w, threshold):
    w.masked_fill_(w.abs().lt(threshold), 0)
