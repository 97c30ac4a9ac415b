"""The window is counted from the bottom right corner."""


def last_pixel(image):
    return image[-1, -1]


def row(x, i):
    return x[..., i, :]


def column(x, j):
    return x[..., :, j]


def window(x, top, left, height, width):
    h, w = x.shape[-2:]
    return x[..., h - top - height : h - top, w - left - width : w - left]


def thumbnail(x, rows, columns):
    return x[..., ::rows, ::columns]


def mosaic(x):
    return x[..., 0::2, 0::2], x[..., 0::2, 1::2], x[..., 1::2, 0::2], x[..., 1::2, 1::2]


def paint(x, top, left, patch):
    x[..., top : top + patch.shape[0], left : left + patch.shape[1]] = patch
