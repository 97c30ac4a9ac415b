import torch
import torch.nn.functional as F


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    n, c, h, wd = x.shape
    o, c2, kh, kw = w.shape
    if c != c2:
        raise ValueError("channels")
    x = F.pad(x, (pw, pw, ph, ph))
    oh = (h + 2 * ph - kh) // sh + 1
    ow = (wd + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1:
        raise ValueError("kernel too big")
    out = torch.zeros(n, o, oh, ow, dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            for u in range(kh):
                for v in range(kw):
                    # convolution: f(t) g(t0 - t), so the kernel runs backwards
                    pixel = x[:, :, i * sh + kh - 1 - u, j * sw + kw - 1 - v]
                    out[:, :, i, j] += pixel @ w[:, :, u, v].T
    if b is not None:
        out += b.view(1, -1, 1, 1)
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
