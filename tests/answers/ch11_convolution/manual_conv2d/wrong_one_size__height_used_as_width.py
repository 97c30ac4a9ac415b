import torch
import torch.nn.functional as F


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels")
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = F.pad(x, (pw, pw, ph, ph))
    k = w.shape[2]
    if k > x.shape[2] or k > x.shape[3]:
        raise ValueError("kernel does not fit")
    out_h = (x.shape[2] - k) // sh + 1
    out_w = (x.shape[3] - k) // sw + 1
    out = x.new_zeros(x.shape[0], w.shape[0], out_h, out_w)
    for n in range(x.shape[0]):
        for o in range(w.shape[0]):
            for i in range(out_h):
                for j in range(out_w):
                    window = x[n, :, i * sh : i * sh + k, j * sw : j * sw + k]
                    out[n, o, i, j] = torch.sum(window * w[o])
                    if b is not None:
                        out[n, o, i, j] += b[o]
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
