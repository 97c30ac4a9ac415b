import torch
import torch.nn.functional as F


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels")
    if isinstance(stride, int):
        stride = (stride, stride)
    if isinstance(padding, int):
        padding = (padding, padding)
    x = F.pad(x, (padding[0], padding[0], padding[1], padding[1]))
    if w.shape[2] > x.shape[2] or w.shape[3] > x.shape[3]:
        raise ValueError("kernel")
    oh = (x.shape[2] - w.shape[2]) // stride[0] + 1
    ow = (x.shape[3] - w.shape[3]) // stride[1] + 1
    out = torch.zeros(x.shape[0], w.shape[0], oh, ow, dtype=x.dtype)
    for u in range(w.shape[2]):
        for v in range(w.shape[3]):
            part = x[:, :, u : u + oh * stride[0] : stride[0], v : v + ow * stride[1] : stride[1]]
            out += torch.einsum("nchw,oc->nohw", part[:, :, :oh, :ow], w[:, :, u, v])
    if b is not None:
        out += b[None, :, None, None]
    return out


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
