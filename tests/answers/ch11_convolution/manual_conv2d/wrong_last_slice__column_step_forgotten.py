import torch
import torch.nn.functional as F


def pair(v):
    return v if isinstance(v, tuple) else (v, v)


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError("x and w must have the same channels")
    stride_h, stride_w = pair(stride)
    pad_h, pad_w = pair(padding)
    x = F.pad(x, (pad_w, pad_w, pad_h, pad_h))
    n, _, h, width = x.shape
    out_channels, _, kh, kw = w.shape
    if kh > h or kw > width:
        raise ValueError("kernel larger than the input")
    out_h = (h - kh) // stride_h + 1
    out_w = (width - kw) // stride_w + 1
    out = torch.empty(n, out_channels, out_h, out_w, dtype=x.dtype)
    for k in range(out_h):
        for l in range(out_w):
            top = k * stride_h
            patch = x[:, :, top : top + kh, l : l + kw]
            out[:, :, k, l] = torch.einsum("nchw,ochw->no", patch, w)
    return out if b is None else out + b.reshape(-1, 1, 1)


def im2col(x, kernel_size, stride=1, padding=0):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = F.pad(x, (pw, pw, ph, ph))
    if x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError("window does not fit")
    patches = []
    for i in range(0, x.shape[2] - kh + 1, sh):
        for j in range(0, x.shape[3] - kw + 1, sw):
            patches.append(x[:, :, i : i + kh, j : j + kw].reshape(x.shape[0], -1))
    return torch.stack(patches, dim=-1)
