"""Plain Python: lists and six nested loops, tensors only at the two ends."""

import torch


def two(value):
    return [value, value] if type(value) is int else list(value)


def frame_of(image, rows, columns):
    width = len(image[0][0]) + 2 * columns
    framed = []
    for channel in image:
        lines = [[0.0] * width for _ in range(rows)]
        lines += [[0.0] * columns + list(line) + [0.0] * columns for line in channel]
        lines += [[0.0] * width for _ in range(rows)]
        framed.append(lines)
    return framed


def size(length, kernel, stride):
    if kernel > length:
        raise ValueError(f"kernel of {kernel} on {length} pixels")
    return (length - kernel) // stride + 1


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    (N, C, H, W), (O, D, KH, KW) = x.shape, w.shape
    if C != D:
        raise ValueError("number of channels")
    (sh, sw), (ph, pw) = two(stride), two(padding)
    OH, OW = size(H + 2 * ph, KH, sh), size(W + 2 * pw, KW, sw)
    weights = w.tolist()
    biases = [0.0] * O if b is None else b.tolist()
    result = []
    for image in x.tolist():
        image = frame_of(image, ph, pw)
        for o in range(O):
            for i in range(OH):
                for j in range(OW):
                    total = biases[o]
                    for c in range(C):
                        for u in range(KH):
                            for v in range(KW):
                                total += image[c][i * sh + u][j * sw + v] * weights[o][c][u][v]
                    result.append(total)
    return torch.tensor(result, dtype=x.dtype).reshape(N, O, OH, OW)


def im2col(x, kernel_size, stride=1, padding=0):
    N, C, H, W = x.shape
    (KH, KW), (sh, sw), (ph, pw) = two(kernel_size), two(stride), two(padding)
    OH, OW = size(H + 2 * ph, KH, sh), size(W + 2 * pw, KW, sw)
    result = []
    for image in x.tolist():
        image = frame_of(image, ph, pw)
        for c in range(C):
            for u in range(KH):
                for v in range(KW):
                    for i in range(OH):
                        for j in range(OW):
                            result.append(image[c][i * sh + u][j * sw + v])
    return torch.tensor(result, dtype=x.dtype).reshape(N, C * KH * KW, OH * OW)
