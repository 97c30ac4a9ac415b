import torch


def choose(condition, a, b):
    shape = torch.broadcast_shapes(condition.shape, a.shape, b.shape)
    c, a, b = condition.expand(shape), a.expand(shape), b.expand(shape)
    return (
        torch.stack(
            [x if k else y for k, x, y in zip(c.reshape(-1), a.reshape(-1), b.reshape(-1))]
        ).reshape(shape)
        if c.numel()
        else a.clone()
    )


def safe_log(x):
    positive = x > 0
    out = torch.zeros_like(x)
    return out.masked_scatter(positive, x[positive].log())


def safe_div(a, b):
    zero = b.detach() == 0
    safe = torch.where(zero, torch.ones_like(b), b)
    return torch.where(zero, torch.zeros_like(a), a) / safe
