"""split and chunk: cut an axis into pieces, which stay parts of the tensor."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch


def split(x: torch.Tensor, size: int | Sequence[int], dim: int = 0) -> tuple[torch.Tensor, ...]:
    """Cut axis ``dim`` into pieces of ``size``, or of the sizes listed there."""
    length = x.shape[dim]
    sizes = piece_sizes(length, size) if isinstance(size, int) else size
    return cut(x, checked(sizes, length), dim)


def chunk(x: torch.Tensor, count: int, dim: int = 0) -> tuple[torch.Tensor, ...]:
    """Cut axis ``dim`` into at most ``count`` pieces, all of one size but the last."""
    length = x.shape[dim]
    return cut(x, piece_sizes(length, -(-length // count)), dim)


def piece_sizes(length: int, size: int) -> list[int]:
    """Return the sizes of the pieces when ``length`` entries are cut every ``size`` entries."""
    if size < 1:
        raise ValueError(f"no pieces of size {size}")
    full, rest = divmod(length, size)
    return [size] * full + [rest] * (rest > 0 or length == 0)


def checked(sizes: Sequence[int], length: int) -> Sequence[int]:
    """Return ``sizes`` if they are sizes of pieces that make ``length``; ValueError otherwise."""
    if sum(sizes) != length or min(sizes, default=0) < 0:
        raise ValueError(f"pieces of {list(sizes)} don't make {length}")
    return sizes


def cut(x: torch.Tensor, sizes: Sequence[int], dim: int) -> tuple[torch.Tensor, ...]:
    """Return the parts of ``x`` that have these sizes along ``dim``, one after the other."""
    ends = list(itertools.accumulate(sizes, initial=0))
    return cut_at(x, list(itertools.pairwise(ends)), dim)


def cut_at(
    x: torch.Tensor, places: Sequence[tuple[int, int]], dim: int
) -> tuple[torch.Tensor, ...]:
    """Return the parts of ``x`` from each start to its end along ``dim``."""
    return tuple(x.narrow(dim, start, end - start) for start, end in places)
