"""slicing: reading and writing parts of images without copying them."""

from __future__ import annotations

import torch


def last_pixel(image: torch.Tensor) -> torch.Tensor:
    """The pixel in the last row and last column of one image, as a view."""
    return image[-1, -1]


def row(x: torch.Tensor, i: int) -> torch.Tensor:
    """Row ``i`` of every image, as a view of shape (..., W)."""
    return x[..., i, :]


def column(x: torch.Tensor, j: int) -> torch.Tensor:
    """Column ``j`` of every image, as a view of shape (..., H)."""
    return x[..., j]


def window(x: torch.Tensor, top: int, left: int, height: int, width: int) -> torch.Tensor:
    """The part of every image that begins in row ``top`` and column ``left``, as a view."""
    return x[..., top : top + height, left : left + width]


def thumbnail(x: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Keep every ``rows``-th row and every ``columns``-th column, from the first on, as a view."""
    return x[..., ::rows, ::columns]


def mosaic(
    x: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Take apart the raw image of a camera whose pixels repeat in blocks of 2 x 2."""
    return x[..., ::2, ::2], x[..., ::2, 1::2], x[..., 1::2, ::2], x[..., 1::2, 1::2]


def paint(x: torch.Tensor, top: int, left: int, patch: torch.Tensor) -> None:
    """Write ``patch`` into every image of ``x``, in place, at row ``top`` and column ``left``."""
    height, width = patch.shape
    x[..., top : top + height, left : left + width] = patch
