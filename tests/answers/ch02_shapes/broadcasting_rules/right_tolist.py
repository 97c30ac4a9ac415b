import torch


def broadcast_shape(*shapes):
    axes = {}
    for s in shapes:
        for i, n in enumerate(reversed(list(s))):
            axes.setdefault(i, set()).add(int(n))
    out = []
    for i in range(len(axes)):
        sizes = axes[i] - {1}
        if len(sizes) > 1:
            raise ValueError(f"axis {-1 - i}: {sorted(sizes)}")
        out.insert(0, next(iter(sizes), 1))
    return tuple(out)


def _lists(t, have, want):
    if not want:
        return t
    if len(have) < len(want):
        return [_lists(t, have, want[1:]) for _ in range(want[0])]
    if have[0] == want[0]:
        return [_lists(r, have[1:], want[1:]) for r in t]
    return [_lists(t[0], have[1:], want[1:]) for _ in range(want[0])]


def broadcast_pair(a, b):
    s = broadcast_shape(a.shape, b.shape)
    return tuple(
        torch.tensor(_lists(t.tolist(), tuple(t.shape), s), dtype=t.dtype).reshape(s)
        for t in (a, b)
    )
