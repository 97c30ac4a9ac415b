import numpy as np, torch
from numpy.lib.stride_tricks import sliding_window_view


def pair(v):
    return (v, v) if not isinstance(v, (tuple, list)) else v


def windows(x, kernel, stride, padding):
    ph, pw = pair(padding)
    p = np.pad(x.numpy(), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    if kernel[0] > p.shape[2] or kernel[1] > p.shape[3]:
        raise ValueError
    sh, sw = pair(stride)
    return sliding_window_view(p, kernel, axis=(2, 3))[:, :, ::sh, ::sw]


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError
    y = np.tensordot(
        windows(x, tuple(w.shape[2:]), stride, padding), w.numpy(), axes=([1, 4, 5], [1, 2, 3])
    ).transpose(0, 3, 1, 2)
    if b is not None:
        y = y + b.numpy().reshape(1, -1, 1, 1)
    return torch.from_numpy(np.ascontiguousarray(y)).to(x.dtype)


def im2col(x, kernel_size, stride=1, padding=0):
    v = windows(x, tuple(pair(kernel_size)), stride, padding)
    n, c, oh, ow, kh, kw = v.shape
    return torch.from_numpy(
        np.ascontiguousarray(v.transpose(0, 1, 4, 5, 2, 3)).reshape(n, c * kh * kw, oh * ow)
    )
