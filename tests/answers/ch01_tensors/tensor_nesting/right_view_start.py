import numpy as np


def row_major_strides(shape):
    total = 1
    for s in shape:
        total *= s
    out = []
    for s in shape:
        total //= s
        out.append(total)
    return tuple(out)


def flat_offset(index, stride, start=0):
    return int(np.dot(index, stride)) + start


def coordinates(offset, shape):
    if not len(shape):
        return ()
    return tuple(int(i) for i in np.unravel_index(offset, shape))


def permuted(shape, stride, order):
    return tuple(map(shape.__getitem__, order)), tuple(map(stride.__getitem__, order))


def pixel_offset(images, n, c, h, w):
    return images[n:, c:, h:, w:].storage_offset()
