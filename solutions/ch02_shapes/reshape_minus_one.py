"""reshape and its -1: the one size that follows from the others."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch


def infer_shape(old: Sequence[int], new: Sequence[int]) -> tuple[int, ...]:
    """Return ``new`` with its -1 worked out, for a tensor of shape ``old``."""
    return filled(new, missing_size(math.prod(old), new))


def group_last(x: torch.Tensor, size: int) -> torch.Tensor:
    """Cut the last axis of ``x`` into groups of ``size`` neighbours."""
    *leading, length = x.shape
    return x.reshape(*leading, group_count(length, size), size)


def missing_size(count: int, new: Sequence[int]) -> int:
    """Return what stands for the -1 in ``new``, 1 if there is none; ValueError if nothing does."""
    known = math.prod(size for size in new if size != -1)
    unknowns = sum(size == -1 for size in new)
    if unknowns > 1 or any(size < -1 for size in new):
        raise ValueError("at most one size may be -1, and none less than that")
    if unknowns == 0 and known != count:
        raise ValueError(f"{count} entries don't fit into {tuple(new)}")
    if unknowns == 1 and (known == 0 or count % known != 0):
        raise ValueError(f"no size in place of -1 gives {count} entries, or every size does")
    return count // known if unknowns else 1


def filled(new: Sequence[int], missing: int) -> tuple[int, ...]:
    """Return ``new`` with ``missing`` in place of -1."""
    return tuple(missing if size == -1 else size for size in new)


def group_count(length: int, size: int) -> int:
    """Return how many groups of ``size`` make ``length``; ValueError if they don't come out."""
    if length % size:
        raise ValueError(f"{length} entries can't be cut into groups of {size}")
    return length // size
