import torch


def clear_first(x, count):
    mask = (torch.arange(x.numel()) < count).reshape(x.shape)
    x.masked_fill_(mask, 0)


def is_contiguous(shape, stride):
    if any(s == 0 for s in shape):
        return True
    pairs = [(n, s) for n, s in zip(shape, stride) if n != 1]
    want = 1
    while pairs:
        n, s = pairs.pop()
        if s != want:
            return False
        want *= n
    return True


def not_viewable(values, shape):
    order = list(range(values.dim()))[::-1]
    return values.permute(order).contiguous().permute(order)


def viewable(values, shape):
    return torch.stack([values, values], dim=-1)[..., 1]
