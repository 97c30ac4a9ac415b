import torch
import torch.nn.functional as F


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels")
    kh, kw = w.shape[-2:]
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernel larger than the image")
    patches = x.unfold(2, kh, sh).unfold(3, kw, sw)
    out = torch.tensordot(patches, w, dims=([1, 4, 5], [1, 2, 3]))
    if b is not None:
        out = out + b
    return out.permute(0, 3, 1, 2)


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
