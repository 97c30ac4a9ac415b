"""Convolution theorem: multiply spectra (in float64), then throw away what strides skip."""

import torch
import torch.nn.functional as F


def pair(v):
    return (v, v) if isinstance(v, int) else v


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channel mismatch")
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    x64 = F.pad(x.double(), (pw, pw, ph, ph))
    height, width = x64.shape[2:]
    kh, kw = w.shape[2:]
    if kh > height or kw > width:
        raise ValueError("kernel too large")
    image = torch.fft.rfft2(x64, s=(height, width))
    kernel = torch.fft.rfft2(w.double(), s=(height, width)).conj()
    spectrum = (image.unsqueeze(1) * kernel).sum(2)
    full = torch.fft.irfft2(spectrum, s=(height, width))
    out = full[:, :, : height - kh + 1 : sh, : width - kw + 1 : sw]
    if b is not None:
        out = out + b.double().view(-1, 1, 1)
    return out.to(x.dtype)


def im2col(x, kernel_size, stride=1, padding=0):
    """By one flat gather."""
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel_size), pair(stride), pair(padding)
    x = F.pad(x, (pw, pw, ph, ph))
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("window too large")
    start = torch.arange(0, height - kh + 1, sh)[:, None] * width
    start = (start + torch.arange(0, width - kw + 1, sw)).reshape(-1)
    offset = (torch.arange(kh)[:, None] * width + torch.arange(kw)).reshape(-1)
    offset = (torch.arange(c)[:, None] * (height * width) + offset).reshape(-1)
    index = offset[:, None] + start
    return x.reshape(n, c * height * width)[:, index]
