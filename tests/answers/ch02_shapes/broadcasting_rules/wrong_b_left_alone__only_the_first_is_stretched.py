"""Broadcasting: which shapes fit together, and what the stretched tensors hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch


def broadcast_shape(*shapes: Sequence[int]) -> tuple[int, ...]:
    """Return the shape that all ``shapes`` broadcast to; ValueError if they do not."""
    return meet(aligned(shapes))


def broadcast_pair(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Stretch ``a`` and ``b`` to the shape that they broadcast to; ValueError if there is none."""
    shape = broadcast_shape(a.shape, b.shape)
    return stretch(a, shape), stretch(b, shape)


def aligned(shapes: Iterable[Sequence[int]]) -> list[tuple[int, ...]]:
    """Fill up the shorter shapes with 1 at the front, so that their last axes meet."""
    shapes = list(shapes)
    rank = max(map(len, shapes), default=0)
    return [(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes]


def meet(shapes: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """Return the shape that ``shapes`` of one length make together; ValueError if there is none."""
    return tuple(map(settle, zip(*shapes, strict=True)))


def settle(sizes: Iterable[int]) -> int:
    """Return the size of an axis on which ``sizes`` meet; ValueError if they disagree."""
    demands = set(sizes) - {1}
    if len(demands) > 1:
        raise ValueError(f"sizes {sorted(demands)} meet on one axis")
    return demands.pop() if demands else 1


def stretch(x: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
    """Read ``x``, whose shape fits into ``shape``, as a tensor of that shape."""
    x = x.reshape(aligned([x.shape, shape])[0])
    for axis, size in enumerate(shape):
        if x.shape[axis] != size:
            # The axis has one position, 0. Reading it `size` times stretches it; reading it
            # zero times makes it empty.
            x = x.index_select(axis, torch.zeros(size, dtype=torch.int64, device=x.device))
    return x


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    t = a.reshape((1,) * (len(shape) - a.dim()) + tuple(a.shape))
    return t.repeat([n if m == 1 else 1 for m, n in zip(t.shape, shape)]), b
