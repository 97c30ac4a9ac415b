import torch
import torch.nn.functional as F


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = F.pad(x, (pw, pw, ph, ph), mode="constant", value=0)
    n, c, h, width = x.shape
    o, wc, kh, kw = w.shape
    if c != wc or kh > h or kw > width:
        raise ValueError("x and w do not go together")
    out = torch.zeros((n, o, (h - kh) // sh + 1, (width - kw) // sw + 1))
    for i in range(n):
        for j in range(o):
            for k in range(out.shape[2]):
                for l in range(out.shape[3]):
                    patch = x[i, :, k * sh : k * sh + kh, l * sw : l * sw + kw]
                    out[i, j, k, l] = torch.sum(patch * w[j])
                    if b is not None:
                        out[i, j, k, l] += b[j]
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
