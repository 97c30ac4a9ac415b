"""The functions that slices are short for."""

import torch


def last_pixel(image):
    return image.flatten()[-1] if image.is_contiguous() else image.select(0, -1).select(0, -1)


def row(x, i):
    return torch.select(x, x.dim() - 2, i)


def column(x, j):
    return torch.select(x, x.dim() - 1, j)


def window(x, top, left, height, width):
    return torch.narrow(torch.narrow(x, -1, left, width), -2, top, height)


def thumbnail(x, rows, columns):
    lead = [slice(None)] * (x.ndim - 2)
    return x[(*lead, slice(0, None, rows), slice(0, None, columns))]


def mosaic(x):
    parts = []
    for i in range(2):
        for j in range(2):
            lead = [slice(None)] * (x.ndim - 2)
            parts.append(x[(*lead, slice(i, None, 2), slice(j, None, 2))])
    return tuple(parts)


def paint(x, top, left, patch):
    window(x, top, left, patch.size(0), patch.size(1)).copy_(patch)
