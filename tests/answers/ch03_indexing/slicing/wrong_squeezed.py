def last_pixel(image):
    return image[image.shape[0] - 1, image.shape[1] - 1]


def row(x, i):
    return x[..., i, :]


def column(x, j):
    j = j % x.shape[-1]
    return x[..., j : j + 1].squeeze()


def window(x, top, left, height, width):
    return x[..., top : top + height, :][..., left : left + width]


def thumbnail(x, rows, columns):
    return x[..., ::rows, ::columns]


def mosaic(x):
    a, b = x[..., 0::2, :], x[..., 1::2, :]
    return a[..., 0::2], a[..., 1::2], b[..., 0::2], b[..., 1::2]


def paint(x, top, left, patch):
    h, w = patch.shape
    x[..., top : top + h, left : left + w].copy_(patch)
