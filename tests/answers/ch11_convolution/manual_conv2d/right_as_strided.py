from dataclasses import dataclass

import torch
import torch.nn.functional as F


@dataclass
class Geometry:
    kernel: tuple
    stride: tuple
    padding: tuple

    @classmethod
    def of(cls, *sizes):
        return cls(*((s, s) if isinstance(s, int) else tuple(s) for s in sizes))

    def windows(self, x):
        top, left = self.padding
        x = F.pad(x, [left, left, top, top])
        n, c, h, w = x.size()
        if any(k > s for k, s in zip(self.kernel, (h, w))):
            raise ValueError("kernel larger than image")
        counts = [(s - k) // d + 1 for s, k, d in zip((h, w), self.kernel, self.stride)]
        sn, sc, sh, sw = x.stride()
        steps = (sn, sc, sh * self.stride[0], sw * self.stride[1], sh, sw)
        return x.as_strided((n, c, *counts, *self.kernel), steps)


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    n, c, _, _ = x.shape
    o, c2, kh, kw = w.shape
    if c != c2:
        raise ValueError(f"{c} channels against {c2}")
    windows = Geometry.of((kh, kw), stride, padding).windows(x)
    products = windows.unsqueeze(1) * w[None, :, :, None, None]
    out = products.sum(dim=(2, -2, -1))
    if b is not None:
        out += b.reshape(1, -1, 1, 1)
    return out


def im2col(x, kernel_size, stride=1, padding=0):
    windows = Geometry.of(kernel_size, stride, padding).windows(x)
    n, c, oh, ow, kh, kw = windows.shape
    columns = torch.empty(n, c, kh, kw, oh, ow, dtype=x.dtype)
    columns[:] = torch.einsum("ncijuv->ncuvij", windows)
    return columns.view(n, c * kh * kw, oh * ow)
