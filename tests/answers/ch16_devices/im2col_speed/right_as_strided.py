import torch
import torch.nn.functional as F


def batch_columns(x, kernel_size, stride=1, padding=0):
    kh, kw = kernel_size
    x = F.pad(x, [padding] * 4).contiguous()
    n, c, h, w = x.shape
    oh, ow = (h - kh) // stride + 1, (w - kw) // stride + 1
    a, s, t, u = x.stride()
    windows = x.as_strided((c, kh, kw, n, oh, ow), (s, t, u, a, t * stride, u * stride))
    return windows.reshape(c * kh * kw, n * oh * ow)


def conv2d_by_matmul(x, w, b=None, stride=1, padding=0):
    out_channels, c, kh, kw = w.shape
    n, _, h, width = x.shape
    if kh * kw == 1 and stride == 1 and not padding:
        out = torch.matmul(w.reshape(out_channels, c), x.reshape(n, c, h * width))
        out = out.reshape(n, out_channels, h, width)
    else:
        out = w.reshape(out_channels, -1).mm(batch_columns(x, (kh, kw), stride, padding))
        rows = (h + 2 * padding - kh) // stride + 1
        out = out.reshape(out_channels, n, rows, -1).permute(1, 0, 2, 3)
    if b is not None:
        out = out + b[None, :, None, None]
    return out
