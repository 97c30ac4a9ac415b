"""Two-dimensional convolution by hand: every window once, then one sum of products."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["im2col", "manual_conv2d"]


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    if isinstance(value, int):
        return value, value
    vertical, horizontal = value
    return vertical, horizontal


def _padded(x: Tensor, padding: int | tuple[int, int]) -> Tensor:
    """``x`` with rows of zeros above and below it, columns of zeros left and right."""
    rows, columns = _pair(padding)
    n, c, height, width = x.shape
    frame = x.new_zeros(n, c, height + 2 * rows, width + 2 * columns)
    frame[:, :, rows : rows + height, columns : columns + width] = x
    return frame


def _windows(
    x: Tensor,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int],
    padding: int | tuple[int, int],
) -> Tensor:
    """Every window of the padded ``x``, as a view of shape (N, C, OH, OW, KH, KW)."""
    (kh, kw), (sh, sw) = _pair(kernel_size), _pair(stride)
    frame = _padded(x, padding)
    if frame.shape[2] < kh or frame.shape[3] < kw:
        raise ValueError(
            f"a {kh}x{kw} kernel does not fit into {frame.shape[2]}x{frame.shape[3]} pixels"
        )
    return frame.unfold(2, kh, sh).unfold(3, kw, sw)


def _correlate(windows: Tensor, w: Tensor, b: Tensor | None) -> Tensor:
    """Each window against each kernel: shape (N, O, OH, OW)."""
    if windows.shape[1] != w.shape[1]:
        raise ValueError(f"x has {windows.shape[1]} channels, the kernels have {w.shape[1]}")
    # c, i, j run over one window; n, h, w tell the windows apart.
    out = torch.einsum("nchwij,ocij->nohw", windows, w)
    return out if b is None else out + b[:, None, None]


def manual_conv2d(
    x: Tensor,
    w: Tensor,
    b: Tensor | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    return _correlate(_windows(x, (w.shape[2], w.shape[3]), stride, padding), w, b)


def im2col(
    x: Tensor,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    windows = _windows(x, kernel_size, stride, padding)
    # What lies within a window (C, KH, KW) goes first, where the window lies (OH, OW) last.
    return windows.permute(0, 1, 4, 5, 2, 3).flatten(4).flatten(1, 3)
