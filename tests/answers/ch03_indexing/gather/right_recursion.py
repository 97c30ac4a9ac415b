"""Axis by axis, recursively; the labels too."""

import torch


def gather(x, dim, index):
    if x.ndim != index.ndim:
        raise ValueError
    if dim < 0:
        dim += x.ndim
    if any(a > b for k, (a, b) in enumerate(zip(index.shape, x.shape)) if k != dim):
        raise ValueError
    if ((index < 0) | (index >= x.size(dim))).any():
        raise IndexError

    def go(x, dim, index):
        if dim == 0:
            if index.ndim == 1:
                return x[index]
            # move the last axis outwards
            if 0 in index.shape:
                return torch.empty(index.shape, dtype=x.dtype)
            return torch.stack(
                [go(x[..., j], 0, index[..., j]) for j in range(index.shape[-1])], dim=-1
            )
        if index.shape[0] == 0 or 0 in index.shape:
            return torch.empty(index.shape, dtype=x.dtype)
        return torch.stack([go(x[i], dim - 1, index[i]) for i in range(index.shape[0])])

    return go(x, dim, index)


def look_up_labels(labels, index):
    if index.dim() == 0:
        return labels[int(index)]
    if len(index) == 0:
        return torch.empty(index.shape, dtype=labels.dtype)
    return torch.stack([look_up_labels(labels, i) for i in index])


def pick(p, y):
    return p[:, y].diagonal()
