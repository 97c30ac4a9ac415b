"""topk and kthvalue: the largest entries and the k-th smallest one, and where they stand."""

from __future__ import annotations

import torch


def topk(
    x: torch.Tensor, k: int, dim: int = -1, largest: bool = True
) -> tuple[torch.Tensor, torch.Tensor]:
    """The k largest entries along an axis, or the k smallest, and their places."""
    check(x, k, dim)
    values, indices = x.sort(dim=dim, descending=largest)
    return values.narrow(dim, 0, k), indices.narrow(dim, 0, k)


def kthvalue(x: torch.Tensor, k: int, dim: int = -1) -> tuple[torch.Tensor, torch.Tensor]:
    """The k-th smallest entry along an axis, counted from 1, and its place."""
    check(x, k, dim)
    values, indices = x.sort(dim=dim)
    return values.select(dim, k - 1), indices.select(dim, k - 1)


def hit_at_k(scores: torch.Tensor, y: torch.Tensor, k: int) -> float:
    """The share of examples whose label is among the k classes with the largest scores."""
    best = scores.argsort(dim=1, descending=True)[:, :k]
    hits = (best == y[:, None]).any(dim=1)
    return int(hits.sum()) / len(y)


def check(x: torch.Tensor, k: int, dim: int) -> None:
    """Refuse a k for which there is no answer."""
    if not 1 <= k <= x.shape[dim]:
        raise ValueError(f"k is {k}, the axis has size {x.shape[dim]}")
