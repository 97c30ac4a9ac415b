"""Makes x contiguous first, which is another tensor."""

import torch


def clear_first(x, count):
    x = x.contiguous()
    x.view(-1)[:count] = 0


def is_contiguous(shape, stride):
    places = torch.zeros(1, dtype=torch.long)
    for n, s in zip(shape, stride, strict=False):
        places = (places[:, None] + s * torch.arange(n)).reshape(-1)
    return places.tolist() == list(range(len(places)))


def not_viewable(values, shape):
    axes = list(range(values.ndim))[::-1]
    return values.permute(axes).contiguous().permute(axes)


def viewable(values, shape):
    return torch.stack([values, values], -1)[..., 1]
