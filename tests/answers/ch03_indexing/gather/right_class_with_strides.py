"""A reader that counts in the strides of x and takes from its memory."""

import torch


class Reader:
    def __init__(self, x):
        self.x = x.contiguous()
        self.strides = self.x.stride()

    def along(self, axis, index):
        offset = index * self.strides[axis]
        for other, count in enumerate(index.size()):
            if other == axis:
                continue
            if count > self.x.size(other):
                raise ValueError(f"{count} positions on axis {other}")
            view = [1] * index.dim()
            view[other] = count
            offset = offset + (torch.arange(count) * self.strides[other]).view(view)
        return torch.take(self.x, offset)


def gather(x, dim, index):
    if x.dim() != index.dim():
        raise ValueError("axes")
    if torch.any(index < 0) or torch.any(index >= x.size(dim)):
        raise IndexError("position")
    return Reader(x).along(range(x.dim())[dim], index)


def look_up_labels(labels, index):
    return Reader(labels).along(0, index.flatten()).view(index.shape)


def pick(p, y):
    return gather(p, 1, y[:, None])[:, 0]
