"""gather: every entry of the index says where to read along one axis."""

from __future__ import annotations

import itertools

import torch


def gather(x: torch.Tensor, dim: int, index: torch.Tensor) -> torch.Tensor:
    if x.dim() != index.dim():
        raise ValueError("x and index must have the same number of dimensions")
    if dim < 0:
        dim = x.dim() + dim
    for axis in range(x.dim()):
        if axis != dim and index.size(axis) > x.size(axis):
            raise ValueError(f"index is too large in dimension {axis}")

    out = torch.empty(index.shape, dtype=x.dtype)
    for position in itertools.product(*[range(n) for n in index.shape]):
        i = index[position].item()
        if i < 0 or i >= x.size(dim):
            raise IndexError(f"index {i} is out of range for dimension {dim}")
        source = position[:dim] + (i,) + position[dim + 1 :]
        out[position] = x[source]
    return out


def look_up_labels(labels: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    # every class number is looked up in the same table, so it's a gather from a flat list
    flat = gather(labels, 0, index.reshape(-1))
    return flat.reshape(index.shape)


def pick(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    out = torch.empty(len(y), dtype=p.dtype)
    for i in range(len(y)):
        out[i] = p[i, y[i]]
    return out
