"""Axes in another order: which number stands where, not only which size."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def swap_last_two(x: torch.Tensor) -> torch.Tensor:
    """Transpose each of the matrices that the last two axes of ``x`` hold."""
    return x.transpose(-2, -1)


def inverse_permutation(dims: Sequence[int]) -> tuple[int, ...]:
    """Return the order of axes that undoes ``dims``; ValueError if ``dims`` is no order."""
    refuse_unless_order(dims, len(dims))
    inverse = [0] * len(dims)
    for new, old in enumerate(dims):
        inverse[old] = new
    return tuple(inverse)


def permute(x: torch.Tensor, dims: Sequence[int]) -> torch.Tensor:
    """Return ``x`` with its axis ``dims[i]`` as axis ``i``; ValueError if ``dims`` is no order."""
    refuse_unless_order(dims, x.dim())
    order = list(range(x.dim()))  # order[i]: which axis of the original is now axis i
    for place, wanted in enumerate(dims):
        now = order.index(wanted)
        x = x.transpose(place, now)
        order[place], order[now] = order[now], order[place]
    return x


def to_channels_first(images: torch.Tensor) -> torch.Tensor:
    """Turn (N, H, W, C) into (N, C, H, W)."""
    return permute(images, (0, 3, 1, 2))


def to_channels_last(images: torch.Tensor) -> torch.Tensor:
    """Turn (N, C, H, W) into (N, H, W, C)."""
    return permute(images, inverse_permutation((0, 3, 1, 2)))


def refuse_unless_order(dims: Sequence[int], rank: int) -> None:
    """Raise ValueError unless ``dims`` names each of ``rank`` axes once."""
    if sorted(dims) != list(range(rank)):
        raise ValueError(f"{tuple(dims)} is no order of {rank} axes")
