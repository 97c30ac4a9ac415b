"""torch.Size out, and one advanced index per axis."""

import torch


class Shape:
    def __init__(self, sizes=()):
        self.sizes = tuple(int(n) for n in sizes)

    def __getitem__(self, k):  # k-th axis from the right
        return self.sizes[-1 - k] if k < len(self.sizes) else 1

    def __and__(self, other):
        sizes = []
        for k in range(max(len(self.sizes), len(other.sizes))):
            pair = {self[k], other[k]}
            if len(pair) == 2:
                if 1 not in pair:
                    raise ValueError(f"{self.sizes} and {other.sizes}")
                pair.remove(1)
            sizes.append(pair.pop())
        return Shape(sizes[::-1])


def broadcast_shape(*shapes):
    total = Shape()
    for shape in shapes:
        total = total & Shape(shape)
    return torch.Size(total.sizes)


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    pair = []
    for t in (a, b):
        t = t[(None,) * (len(shape) - t.ndim)]
        for axis, n in enumerate(shape):
            own = t.shape[axis]
            where = torch.arange(n) if own == n else torch.arange(n) * 0
            t = t[(slice(None),) * axis + (where,)]
        pair.append(t)
    return tuple(pair)
