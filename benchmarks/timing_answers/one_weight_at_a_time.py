"""A product with the images for each place in the kernel."""

import torch
from torch import Tensor


def _pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def _windows(x, size, stride, padding):
    (sh, sw), (ph, pw) = _pair(stride), _pair(padding)
    kh, kw = size
    frame = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    if frame.shape[2] < kh or frame.shape[3] < kw:
        raise ValueError("the window does not fit")
    return frame.unfold(2, kh, sh).unfold(3, kw, sw)


def manual_conv2d(x: Tensor, w: Tensor, b=None, stride=1, padding=0) -> Tensor:
    windows = _windows(x, w.shape[2:], stride, padding)
    if windows.shape[1] != w.shape[1]:
        raise ValueError("the channels differ")
    out = 0
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            out = out + torch.einsum("nchw,oc->nohw", windows[..., i, j], w[:, :, i, j])
    return out if b is None else out + b[:, None, None]


def im2col(x: Tensor, kernel_size, stride=1, padding=0) -> Tensor:
    windows = _windows(x, _pair(kernel_size), stride, padding)
    return windows.permute(0, 1, 4, 5, 2, 3).flatten(4).flatten(1, 3)
