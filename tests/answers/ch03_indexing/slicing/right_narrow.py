import torch


def last_pixel(image):
    return image.select(0, image.shape[0] - 1).select(0, image.shape[1] - 1)


def row(x, i):
    return x.select(-2, i)


def column(x, j):
    return x.select(-1, j)


def window(x, top, left, height, width):
    return x.narrow(-2, top, height).narrow(-1, left, width)


def thumbnail(x, rows, columns):
    return x[..., ::rows, ::columns]


def mosaic(x):
    return [x[..., i::2, j::2] for i in range(2) for j in range(2)]


def paint(x, top, left, patch):
    window(x, top, left, *patch.shape).copy_(patch)
