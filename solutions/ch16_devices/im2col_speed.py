"""Convolution of a whole batch as one matrix product."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def batch_columns(
    x: Tensor, kernel_size: tuple[int, int], stride: int = 1, padding: int = 0
) -> Tensor:
    kh, kw = kernel_size
    frame = F.pad(x, (padding, padding, padding, padding))
    windows = frame.unfold(2, kh, stride).unfold(3, kw, stride)  # (N, C, OH, OW, KH, KW)
    # OW comes last, so the copy runs along the rows of the images.
    return windows.permute(1, 4, 5, 0, 2, 3).reshape(x.shape[1] * kh * kw, -1)


def conv2d_by_matmul(
    x: Tensor, w: Tensor, b: Tensor | None = None, stride: int = 1, padding: int = 0
) -> Tensor:
    n, _, height, _ = x.shape
    o, _, kh, kw = w.shape
    if (kh, kw, stride, padding) == (1, 1, 1, 0):
        y = (w.flatten(1) @ x.flatten(2)).unflatten(2, (height, -1))
    else:
        oh = (height + 2 * padding - kh) // stride + 1
        product = w.flatten(1) @ batch_columns(x, (kh, kw), stride, padding)
        y = product.view(o, n, oh, -1).transpose(0, 1)
    return y if b is None else y + b[:, None, None]
