"""Distances, moving maxima and neighbours: an axis for each loop."""

from __future__ import annotations

from torch import Tensor


def squared_distances(x: Tensor, y: Tensor) -> Tensor:
    # (N, 1, D) against (M, D): every point meets every other before anything is squared.
    return (x[:, None] - y).square().sum(dim=-1)


def moving_maximum(x: Tensor, width: int) -> Tensor:
    if not 1 <= width <= x.shape[-1]:
        raise ValueError(f"a window of {width} does not fit into {x.shape[-1]} values")
    return x.unfold(-1, width, 1).amax(dim=-1)


def neighbours(x: Tensor, radius: float) -> Tensor:
    # Each point lies within any radius of itself: once too often.
    return (squared_distances(x, x) <= radius**2).sum(dim=1) - 1
