import torch


def row_major_strides(shape):
    out = [1] * len(shape)
    for i in range(len(shape) - 2, -1, -1):
        out[i] = out[i + 1] * shape[i + 1]
    return tuple(out)


def flat_offset(index, stride, start=0):
    a = torch.tensor(index, dtype=torch.long)
    b = torch.tensor(stride, dtype=torch.long)
    return int((a * b).sum()) + start


def coordinates(offset, shape):
    x = []
    left = offset
    for s in row_major_strides(shape):
        x.append(left // s)
        left = left % s
    return tuple(x)


def permuted(shape, stride, order):
    a, b = [], []
    for k in order:
        a.append(shape[k])
        b.append(stride[k])
    return tuple(a), tuple(b)


def pixel_offset(images, n, c, h, w):
    N, C, H, W = images.shape
    return ((n * C + c) * H + h) * W + w
    sn, sc, sh, sw = images.stride()
    return images.storage_offset() + n * sn + c * sc + h * sh + w * sw
