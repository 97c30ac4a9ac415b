"""expand with explicit cases, repeat with nested index tensors, places with unique."""

import torch


def expand(x, sizes):
    n = x.ndim
    k = len(sizes) - n
    if k < 0:
        raise ValueError("too few sizes")
    shape, stride = [], []
    for i, s in enumerate(sizes):
        if i < k:
            if s < 0:
                raise ValueError("new axis")
            shape.append(s)
            stride.append(0)
        elif s == -1 or s == x.shape[i - k]:
            shape.append(x.shape[i - k])
            stride.append(x.stride(i - k))
        elif s >= 0 and x.shape[i - k] == 1:
            shape.append(s)
            stride.append(0)
        else:
            raise ValueError("cannot stretch")
    return torch.as_strided(x, shape, stride)


def repeat(x, times):
    k = len(times) - x.ndim
    if k < 0:
        raise ValueError
    for t in times:
        if t < 0:
            raise ValueError
    x = x.reshape([1] * k + list(x.shape))
    if x.ndim == 0:
        return x.clone()
    index = []
    for i, t in enumerate(times):
        places = torch.tensor(list(range(x.shape[i])) * t, dtype=torch.long)
        index.append(places.reshape([-1 if j == i else 1 for j in range(x.ndim)]))
    return x[tuple(index)]


def places(x):
    offsets = torch.zeros(1, dtype=torch.long)
    for n, s in zip(x.shape, x.stride(), strict=False):
        offsets = (offsets[:, None] + torch.arange(n) * s).reshape(-1)
    return len(offsets.unique())
