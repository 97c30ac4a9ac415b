"""Transposes twice and moves nothing."""

import torch


def clear_first(x, count):
    number = torch.arange(x.numel()).reshape(x.shape)
    x[number < count] = 0


def is_contiguous(shape, stride):
    places = torch.zeros(1, dtype=torch.long)
    for n, s in zip(shape, stride, strict=False):
        places = (places[:, None] + s * torch.arange(n)).reshape(-1)
    return places.tolist() == list(range(len(places)))


def not_viewable(values, shape):
    return values.transpose(0, 1).transpose(0, 1)


def viewable(values, shape):
    return torch.stack([values, values], -1)[..., 1]
