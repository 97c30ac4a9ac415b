"""expand reads the same numbers again, repeat writes them again."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch


def expand(x: torch.Tensor, sizes: Sequence[int]) -> torch.Tensor:
    """Stretch axes of size 1 of ``x``, and put new ones in front, without copying a number."""
    shape, stride = stretched(x, sizes)
    return x.as_strided(shape, stride)


def repeat(x: torch.Tensor, times: Sequence[int]) -> torch.Tensor:
    """Lay copies of ``x`` side by side, ``times[i]`` of them along axis ``i`` of the result."""
    missing = len(times) - x.dim()
    if missing < 0 or min(times, default=0) < 0:
        raise ValueError(f"{tuple(times)} for {x.dim()} axes")
    return tiled(x.reshape((1,) * missing + x.shape), times)


def places(x: torch.Tensor) -> int:
    """Return in how many places of memory the entries of ``x`` lie."""
    steps = zip(x.shape, x.stride(), strict=True)
    return math.prod(size for size, step in steps if step != 0 or size == 0)


def stretched(x: torch.Tensor, sizes: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return shape and stride of the expanded tensor; ValueError if there is none."""
    missing = len(sizes) - x.dim()
    if missing < 0 or -1 in sizes[:missing]:
        raise ValueError(f"{tuple(sizes)} for shape {tuple(x.shape)}")
    shape = [1] * missing + list(x.shape)
    stride = [0] * missing + list(x.stride())
    for axis, size in enumerate(sizes):
        if size not in (-1, shape[axis]):
            if shape[axis] != 1 or size < 0:
                raise ValueError(f"size {shape[axis]} can't become {size}")
            shape[axis], stride[axis] = size, 0
    return shape, stride


def tiled(x: torch.Tensor, times: Sequence[int]) -> torch.Tensor:
    """Return copies of ``x`` side by side, as many along each axis as ``times`` says."""
    for axis, count in enumerate(times):
        size = x.shape[axis]
        x = x.index_select(axis, torch.arange(count * size, device=x.device) % max(size, 1))
    return x.clone()
