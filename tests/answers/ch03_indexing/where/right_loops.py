import torch


def choose(condition, a, b):
    condition, a, b = torch.broadcast_tensors(condition, a, b)
    out = torch.empty(condition.shape, dtype=a.dtype)
    flat = out.view(-1)
    for k, (c, v, w) in enumerate(zip(condition.flatten(), a.flatten(), b.flatten())):
        flat[k] = v if c else w
    return out


def safe_log(x):
    parts = [v.log() if v > 0 else v.new_zeros(()) for v in x.flatten()]
    return torch.stack(parts).view(x.shape) if parts else torch.zeros_like(x)


def safe_div(a, b):
    a, b = torch.broadcast_tensors(a, b)
    parts = [v / w if w != 0 else v.new_zeros(()) for v, w in zip(a.flatten(), b.flatten())]
    return torch.stack(parts).view(a.shape) if parts else torch.zeros_like(a)
