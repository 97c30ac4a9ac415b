"""Broadcasting: which shapes fit together, and what the stretched tensors hold."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def broadcast_shape(*shapes: Sequence[int]) -> tuple[int, ...]:
    ndim = 0
    for shape in shapes:
        ndim = max(ndim, len(shape))

    result = []
    for i in range(ndim):
        size = 1
        for shape in shapes:
            if i >= len(shape):
                continue  # this shape has no such dimension, treat it like 1
            if shape[i] == 1 or shape[i] == size:
                continue
            if size != 1:
                raise ValueError(f"cannot broadcast {shapes}: dimension {i} does not match")
            size = shape[i]
        result.append(size)
    return tuple(result)


def broadcast_pair(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    shape = broadcast_shape(a.shape, b.shape)
    return _stretch(a, shape), _stretch(b, shape)


def _stretch(t: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    while t.dim() < len(shape):
        t = t.unsqueeze(-1)
    for i, size in enumerate(shape):
        if t.shape[i] == 1:
            t = t.repeat_interleave(size, dim=i)
    return t
