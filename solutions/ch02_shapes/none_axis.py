"""An axis of size 1 in the right place, and broadcasting meets everything with everything."""

from __future__ import annotations

import torch


def outer_sum(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Return the table of all a[i] + b[j]."""
    return a[:, None] + b[None, :]


def outer_product(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Return all products of an entry of ``a`` and an entry of ``b``, axes of ``a`` first."""
    return a[(..., *[None] * b.dim())] * b


def length_mask(lengths: torch.Tensor, size: int) -> torch.Tensor:
    """Return for each row which of ``size`` positions come before its length."""
    return torch.arange(size, device=lengths.device) < lengths[:, None]


def pairwise_distance(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the Euclidean distance of every row of ``x`` from every row of ``y``."""
    difference = x[..., :, None, :] - y[..., None, :, :]
    return difference.square().sum(-1).sqrt()
