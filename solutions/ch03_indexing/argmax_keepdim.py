"""argmax and argmin: positions, with and without an axis, and what keepdim is for."""

from __future__ import annotations

import torch


def coordinates(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Turn a position in reading order into coordinates, one for each axis."""
    return unravelled(flat, shape)


def where_is_max(x: torch.Tensor) -> tuple[int, ...]:
    """The coordinates of the largest entry."""
    return unravelled(int(x.argmax()), x.shape)


def margins(x: torch.Tensor, dim: int) -> torch.Tensor:
    """How far each entry is from the largest one along the axis."""
    return x - x.amax(dim=dim, keepdim=True)


def nearest(points: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    """The number of the centre that is nearest to each point."""
    squares = ((points[:, None] - centres) ** 2).sum(dim=-1)  # (n, k)
    return squares.argmin(dim=1)


def accuracy(scores: torch.Tensor, y: torch.Tensor) -> float:
    """The share of the labels that equal the class with the largest score."""
    return float((scores.argmax(dim=1) == y).float().mean())


def unravelled(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Divide by the sizes, from the last axis to the first: the remainders are the coordinates."""
    place: list[int] = []
    for size in reversed(shape):
        flat, coordinate = divmod(flat, size)
        place.insert(0, coordinate)
    return tuple(place)
