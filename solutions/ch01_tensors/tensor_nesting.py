"""Strides: where in memory an element of a tensor lies."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def row_major_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Tell the strides of a contiguous tensor."""
    strides, stride = [], 1
    for size in reversed(shape):
        strides.append(stride)
        stride *= size
    return tuple(reversed(strides))


def flat_offset(index: Sequence[int], stride: Sequence[int], start: int = 0) -> int:
    """Tell where in memory an element lies."""
    return start + sum(i * step for i, step in zip(index, stride, strict=True))


def coordinates(offset: int, shape: Sequence[int]) -> tuple[int, ...]:
    """Tell which element of a contiguous tensor lies at ``offset``."""
    index = []
    for stride in row_major_strides(shape):
        i, offset = divmod(offset, stride)
        index.append(i)
    return tuple(index)


def permuted(
    shape: Sequence[int], stride: Sequence[int], order: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Tell shape and strides of ``x.permute(order)``, given those of ``x``."""
    return tuple(shape[axis] for axis in order), tuple(stride[axis] for axis in order)


def pixel_offset(images: torch.Tensor, n: int, c: int, h: int, w: int) -> int:
    """Tell where in its memory the element ``images[n, c, h, w]`` lies."""
    return flat_offset((n, c, h, w), images.stride(), images.storage_offset())
