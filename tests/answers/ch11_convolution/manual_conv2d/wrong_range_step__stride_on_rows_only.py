import torch
import torch.nn.functional as F


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels")
    step = stride if isinstance(stride, int) else stride[0]
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = F.pad(x, (pw, pw, ph, ph))
    kh, kw = w.shape[2], w.shape[3]
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("too large")
    rows = []
    for i in range(0, x.shape[2] - kh + 1, step):
        row = []
        for j in range(x.shape[3] - kw + 1):
            window = x[:, :, i : i + kh, j : j + kw].flatten(1)
            row.append(window @ w.flatten(1).t() + (0 if b is None else b))
        rows.append(torch.stack(row, dim=-1))
    return torch.stack(rows, dim=-2)


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
