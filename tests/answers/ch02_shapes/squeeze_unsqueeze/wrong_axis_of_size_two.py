"""Puts in an axis of size 2 by repeating, which nobody expects."""

import torch


def unsqueeze(x, dim):
    if dim > x.ndim or dim < -x.ndim - 1:
        raise IndexError
    return torch.stack([x, x], dim)


def squeeze(x, dim):
    if dim < -x.ndim or dim >= x.ndim:
        raise IndexError
    sizes = list(x.shape)
    if sizes[dim] == 1:
        sizes.pop(dim)
    return x.reshape(sizes)


def squeeze_examples(batch):
    return batch.reshape([n for i, n in enumerate(batch.shape) if i == 0 or n != 1])
