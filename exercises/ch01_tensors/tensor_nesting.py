"""Strides: where in memory an element of a tensor lies."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def row_major_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Tell the strides of a contiguous tensor, as ``torch.empty(shape).stride()`` does.

    Args:
        shape: any number of sizes, each at least 1.

    >>> row_major_strides((2, 3, 4))
    (12, 4, 1)
    """
    raise NotImplementedError


def flat_offset(index: Sequence[int], stride: Sequence[int], start: int = 0) -> int:
    """Tell where in memory an element lies.

    Args:
        index: its coordinates, one per axis, none negative.
        stride: how far apart in memory neighbours along each axis are.
        start: where the element with all coordinates 0 lies.

    >>> flat_offset((1, 0, 2), (12, 4, 1))
    14
    """
    raise NotImplementedError


def coordinates(offset: int, shape: Sequence[int]) -> tuple[int, ...]:
    """Tell which element of a contiguous tensor lies at ``offset``.

    Args:
        offset: 0 to the number of elements - 1.
        shape: any number of sizes, each at least 1.

    >>> coordinates(14, (2, 3, 4))
    (1, 0, 2)
    """
    raise NotImplementedError


def permuted(
    shape: Sequence[int], stride: Sequence[int], order: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Tell shape and strides of ``x.permute(order)``, given those of ``x``.

    Args:
        shape, stride: of ``x``.
        order: the axes of ``x`` in the order in which they appear in the result; none negative.

    >>> permuted((2, 3, 4), (12, 4, 1), (2, 0, 1))
    ((4, 2, 3), (1, 12, 4))
    """
    raise NotImplementedError


def pixel_offset(images: torch.Tensor, n: int, c: int, h: int, w: int) -> int:
    """Tell where in its memory (its storage) the element ``images[n, c, h, w]`` lies.

    Args:
        images: four axes: image, channel, row, column. Not necessarily contiguous, and not
            necessarily beginning at the start of its memory.
        n, c, h, w: coordinates, none negative.

    >>> pixel_offset(torch.zeros(2, 3, 4, 5), 1, 2, 3, 4)
    119
    """
    raise NotImplementedError
