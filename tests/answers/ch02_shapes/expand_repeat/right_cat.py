import torch


def expand(x, sizes):
    sizes = list(sizes)
    new = len(sizes) - x.dim()
    if new < 0:
        raise ValueError("too few")
    shape, stride = [], []
    for i, s in enumerate(sizes):
        if i < new:
            if s < 0:
                raise ValueError("new axis")
            shape.append(s)
            stride.append(0)
        else:
            have = x.shape[i - new]
            if s == -1 or s == have:
                shape.append(have)
                stride.append(x.stride(i - new))
            elif have == 1 and s >= 0:
                shape.append(s)
                stride.append(0)
            else:
                raise ValueError("size")
    return torch.as_strided(x, shape, stride, x.storage_offset())


def repeat(x, times):
    times = list(times)
    if len(times) < x.dim() or min(times, default=0) < 0:
        raise ValueError("times")
    out = x.reshape([1] * (len(times) - x.dim()) + list(x.shape)).clone()
    for axis, t in enumerate(times):
        out = torch.cat([out] * t, axis) if t else out.narrow(axis, 0, 0).clone()
    return out


def places(x):
    seen = set()

    def walk(offset, axes):
        if not axes:
            seen.add(offset)
            return
        (n, s), *rest = axes
        for i in range(n):
            walk(offset + i * s, rest)

    walk(0, [(n, s) for n, s in zip(x.shape, x.stride()) if s or n == 0])
    return len(seen)
