import torch


def outer_sum(a, b):
    return a[:, None].expand(len(a), len(b)) + b[None].expand(len(a), len(b))


def outer_product(a, b):
    return a[(...,) + (None,) * b.ndim] * b


def length_mask(lengths, size):
    return torch.ones(len(lengths), size).cumsum(1) <= lengths[:, None]


def pairwise_distance(x, y):
    d = x[..., :, None, :] - y[..., None, :, :]
    return torch.einsum("...d,...d->...", d, d).sqrt()
