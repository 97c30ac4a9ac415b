"""Convolution of a whole batch as one matrix product."""

from __future__ import annotations

from torch import Tensor


def batch_columns(
    x: Tensor, kernel_size: tuple[int, int], stride: int = 1, padding: int = 0
) -> Tensor:
    """Write each window of all images as one column of a single matrix.

    Args:
        x: images, shape (N, C, H, W), any floating dtype, any memory layout.
        kernel_size: (KH, KW), the size of the window; it fits into the padded image.
        stride: step of the window in both directions, at least 1.
        padding: zeros added on each of the four sides, at least 0.

    Returns:
        A tensor of shape (C * KH * KW, N * OH * OW) and of the dtype of ``x``. Down a column:
        channel by channel, each row by row. From left to right: image by image, in each the
        windows row by row. ``x`` is left unchanged.

    Example:
        The images [[1, 2, 3]] and [[4, 5, 6]] with kernel_size=(1, 2) give
        [[1, 2, 4, 5], [2, 3, 5, 6]].
    """
    raise NotImplementedError


def conv2d_by_matmul(
    x: Tensor, w: Tensor, b: Tensor | None = None, stride: int = 1, padding: int = 0
) -> Tensor:
    """Compute what ``F.conv2d`` computes, by matrix products that take the whole batch at once.

    Args:
        x: images, shape (N, C, H, W), any floating dtype, any memory layout.
        w: kernels, shape (O, C, KH, KW), dtype of ``x``; they fit into the padded images.
        b: one bias for each kernel, shape (O,), or None for no bias.
        stride, padding: as in ``batch_columns``.

    Returns:
        A tensor of shape (N, O, OH, OW) and of the dtype of ``x``. The arguments are left
        unchanged. For kernels of 1 x 1 with stride 1, no padding and a contiguous ``x``, the images
        are not copied.

    Example:
        The images [[1, 2, 3]] and [[4, 5, 6]] with the kernel [[1, 10]] give [[21, 32]] and
        [[54, 65]].
    """
    raise NotImplementedError
