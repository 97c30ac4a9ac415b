"""Two-dimensional convolution by hand, and the matrix of its windows."""

from __future__ import annotations

from torch import Tensor


def manual_conv2d(
    x: Tensor,
    w: Tensor,
    b: Tensor | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    """Slide the kernels ``w`` over the images ``x``: what ``F.conv2d`` computes.

    Args:
        x: images, shape (N, C, H, W), any floating dtype, any memory layout.
        w: kernels, shape (O, C, KH, KW), dtype of ``x``; KH and KW may differ.
        b: one bias per kernel, shape (O,), or None for no bias.
        stride: step of the window, an int or (vertical, horizontal); at least 1.
        padding: zeros added on each side, an int or (vertical, horizontal); at least 0.

    Returns:
        A tensor of shape (N, O, OH, OW) and of the dtype of ``x``, where
        OH = floor((H + 2 * vertical padding - KH) / vertical stride) + 1, and OW likewise.
        The arguments are left unchanged.

    Raises:
        ValueError: ``x`` and ``w`` differ in C, or the kernel is larger than the padded image.

    Example:
        [[1, 2, 3], [4, 5, 6], [7, 8, 9]] with the kernel [[1, 0], [0, 10]]
        gives [[51, 62], [84, 95]].
    """
    raise NotImplementedError


def im2col(
    x: Tensor,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> Tensor:
    """Write each window of ``x`` as one column of a matrix: what ``F.unfold`` computes.

    Args:
        x: images, shape (N, C, H, W), any floating dtype, any memory layout.
        kernel_size: size of the window, an int or (KH, KW).
        stride, padding: as in ``manual_conv2d``.

    Returns:
        A tensor of shape (N, C * KH * KW, OH * OW) and of the dtype of ``x``.
        Down a column: all of channel 0, then all of channel 1, and so on, each channel
        row by row. From column to column: the windows row by row.

    Raises:
        ValueError: the window is larger than the padded image.

    Example:
        [[1, 2, 3], [4, 5, 6]] with kernel_size=2 gives [[1, 2], [2, 3], [4, 5], [5, 6]].
    """
    raise NotImplementedError
