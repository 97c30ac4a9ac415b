"""Two-dimensional convolution by hand, and the matrix of its windows."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def as_pair(value):
    if isinstance(value, int):
        return value, value
    return value


def manual_conv2d(
    x: Tensor,
    w: Tensor,
    b: Tensor | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    stride_h, stride_w = as_pair(stride)
    pad_h, pad_w = as_pair(padding)

    batch, in_channels, height, width = x.shape
    out_channels, w_channels, kernel_h, kernel_w = w.shape
    if in_channels != w_channels:
        raise ValueError(f"x has {in_channels} channels but w has {w_channels}")

    x = F.pad(x, (pad_w, pad_w, pad_h, pad_h))
    out_h = (height + 2 * pad_h - kernel_h) // stride_h + 1
    out_w = (width + 2 * pad_w - kernel_w) // stride_w + 1
    if out_h < 1 or out_w < 1:
        raise ValueError("the kernel is larger than the padded image")

    out = torch.zeros(batch, out_channels, out_h, out_w, dtype=x.dtype)
    for n in range(batch):
        for o in range(out_channels):
            for i in range(out_h):
                for j in range(out_w):
                    top = i * stride_h
                    window = x[n, :, top : top + kernel_h, j : j + kernel_w]
                    out[n, o, i, j] = (window * w[o]).sum()
            if b is not None:
                out[n, o] += b[o]
    return out


def im2col(
    x: Tensor,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    kernel_h, kernel_w = as_pair(kernel_size)
    stride_h, stride_w = as_pair(stride)
    pad_h, pad_w = as_pair(padding)

    x = F.pad(x, (pad_w, pad_w, pad_h, pad_h))
    if kernel_h > x.shape[2] or kernel_w > x.shape[3]:
        raise ValueError("the window is larger than the padded image")

    columns = []
    for top in range(0, x.shape[2] - kernel_h + 1, stride_h):
        for left in range(0, x.shape[3] - kernel_w + 1, stride_w):
            window = x[:, :, top : top + kernel_h, left : left + kernel_w]
            columns.append(window.flatten(start_dim=1))
    return torch.stack(columns, dim=2)
