"""view never copies, reshape does when it has to; what decides is how the numbers lie in memory."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def clear_first(x: torch.Tensor, count: int) -> None:
    """Set the first ``count`` entries of ``x``, in reading order, to 0, in place."""
    flat = x.reshape(-1)  # perhaps a view of x, perhaps a copy
    flat[:count] = 0
    x.copy_(flat.view(x.shape))


def is_contiguous(shape: Sequence[int], stride: Sequence[int]) -> bool:
    """Whether entries with this shape and stride lie in reading order, without gaps."""
    if 0 in shape:
        return True
    expected = 1
    for size, step in zip(reversed(shape), reversed(stride), strict=True):
        if size != 1 and step != expected:
            return False
        expected *= size
    return True


def not_viewable(values: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
    """Return a tensor equal to ``values`` that ``view(shape)`` refuses."""
    return reversed_axes(reversed_axes(values).contiguous())


def viewable(values: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
    """Return a tensor equal to ``values``, not contiguous, that ``view(shape)`` accepts."""
    every_second = torch.stack([values, values], dim=-1)
    return every_second[..., 0]


def reversed_axes(x: torch.Tensor) -> torch.Tensor:
    """Return ``x`` with its axes in reverse order, a view."""
    return x.permute(*range(x.dim() - 1, -1, -1))
