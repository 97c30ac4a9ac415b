"""slicing: reading and writing parts of images without copying them."""

from __future__ import annotations

import torch

# In every function x has shape (..., H, W): the last two axes are the rows and columns of an
# image, and there may be any number of axes before them, also none.


def last_pixel(image: torch.Tensor) -> torch.Tensor:
    """The pixel in the last row and last column of one image, as a view.

    Args:
        image: (H, W), not empty.

    Returns:
        A tensor without axes that shares memory with ``image``.

    >>> last_pixel(torch.tensor([[1, 2, 3], [4, 5, 6]]))
    tensor(6)
    """
    raise NotImplementedError


def row(x: torch.Tensor, i: int) -> torch.Tensor:
    """Row ``i`` of every image, as a view of shape (..., W); a negative ``i`` counts from the end.

    >>> row(torch.tensor([[1, 2, 3], [4, 5, 6]]), 1)
    tensor([4, 5, 6])
    """
    raise NotImplementedError


def column(x: torch.Tensor, j: int) -> torch.Tensor:
    """Column ``j`` of every image, as a view of shape (..., H); a negative ``j`` as in ``row``.

    >>> column(torch.tensor([[1, 2, 3], [4, 5, 6]]), 1)
    tensor([2, 5])
    """
    raise NotImplementedError


def window(x: torch.Tensor, top: int, left: int, height: int, width: int) -> torch.Tensor:
    """The part of every image that begins in row ``top`` and column ``left``, as a view.

    Args:
        x: (..., H, W).
        top, left: at least 0.
        height, width: sizes of the part; it lies within the image, and may have size 0.

    Returns:
        (..., height, width), sharing memory with ``x``.

    >>> window(torch.tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), 1, 0, 2, 2)
    tensor([[4, 5],
            [7, 8]])
    """
    raise NotImplementedError


def thumbnail(x: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Keep every ``rows``-th row and every ``columns``-th column, from the first on, as a view.

    >>> thumbnail(torch.tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), 3, 2)
    tensor([[1, 3]])
    """
    raise NotImplementedError


def mosaic(
    x: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Take apart the raw image of a camera whose pixels repeat in blocks of 2 x 2.

    Returns:
        Four views of ``x``: the pixels that lie top left, top right, bottom left and bottom
        right in their block. Rows and columns are numbered from 0, and the blocks begin there; at
        an odd size the last block is cut off, and some of the four are one smaller.

    >>> mosaic(torch.tensor([[1, 2, 3], [4, 5, 6]]))
    (tensor([[1, 3]]), tensor([[2]]), tensor([[4, 6]]), tensor([[5]]))
    """
    raise NotImplementedError


def paint(x: torch.Tensor, top: int, left: int, patch: torch.Tensor) -> None:
    """Write ``patch`` into every image of ``x``, in place, at row ``top`` and column ``left``.

    Args:
        x: (..., H, W). It is changed.
        top, left: where the first row and first column of the patch go; at least 0.
        patch: (height, width) of the dtype of ``x``; it lies within the image.

    >>> x = torch.zeros(2, 3)
    >>> paint(x, 0, 1, torch.ones(1, 2))
    >>> x
    tensor([[0., 1., 1.],
            [0., 0., 0.]])
    """
    raise NotImplementedError
