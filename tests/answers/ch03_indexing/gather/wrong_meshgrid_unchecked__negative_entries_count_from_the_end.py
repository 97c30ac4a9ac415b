"""gather: every entry of the index says where to read along one axis."""

from __future__ import annotations

import torch


def gather(x: torch.Tensor, dim: int, index: torch.Tensor) -> torch.Tensor:
    """Read ``x`` at the positions that ``index`` gives along axis ``dim``."""
    dim %= x.dim()
    check_index(x, dim, index)
    coordinates = grid(index)
    coordinates[dim] = index
    return x[tuple(coordinates)]


def look_up_labels(labels: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    """Replace every class number in ``index`` by its label."""
    return labels[index]


def pick(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Pick from every row of ``p`` the entry of that row's class."""
    return p[torch.arange(len(y), device=y.device), y]


def grid(index: torch.Tensor) -> list[torch.Tensor]:
    """Return the coordinates of every entry of ``index``: one tensor of its shape per axis."""
    axes = [torch.arange(size, device=index.device) for size in index.shape]
    return list(torch.meshgrid(axes, indexing="ij"))


def check_index(x: torch.Tensor, dim: int, index: torch.Tensor) -> None:
    """Refuse an index that ``gather`` has no answer for; ``dim`` is not negative."""
    if index.dim() != x.dim():
        raise ValueError(f"index has {index.dim()} axes, x has {x.dim()}")
    for axis, (own, available) in enumerate(zip(index.shape, x.shape, strict=True)):
        if axis != dim and own > available:
            raise ValueError(f"index has size {own} on axis {axis}, x has {available}")
    # PyTorch's own indexing would count a negative entry from the end.
    if bool(((index < 0) | (index >= x.shape[dim])).any()):
        raise IndexError(f"an entry of index lies outside 0 to {x.shape[dim] - 1}")


def gather(x, dim, index):
    if x.dim() != index.dim():
        raise ValueError("rank")
    dim %= x.dim()
    for k in range(x.dim()):
        if k != dim and index.size(k) > x.size(k):
            raise ValueError("size")
    grids = list(torch.meshgrid(*[torch.arange(n) for n in index.shape], indexing="ij"))
    grids[dim] = index
    return x[tuple(grids)]
