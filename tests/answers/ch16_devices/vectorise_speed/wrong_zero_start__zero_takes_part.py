import torch


def squared_distances(x, y):
    diff = x.unsqueeze(1) - y.unsqueeze(0)
    return (diff * diff).sum(-1)


def moving_maximum(x, width):
    if width < 1 or width > x.shape[-1]:
        raise ValueError("width")
    n = x.shape[-1] - width + 1
    out = torch.zeros((*x.shape[:-1], n), dtype=x.dtype)
    for k in range(width):
        out = torch.maximum(out, x[..., k : k + n])
    return out


def neighbours(x, radius):
    return (squared_distances(x, x) <= radius * radius).sum(1) - 1
