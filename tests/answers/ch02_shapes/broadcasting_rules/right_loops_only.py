"""Plain loops over sizes and over the entries of nested lists."""

import torch


def broadcast_shape(*shapes):
    out = []
    i = -1
    while any(len(s) >= -i for s in shapes):
        current = 1
        for s in shapes:
            if len(s) < -i:
                continue
            n = s[i]
            if n == current:
                pass
            elif current == 1:
                current = n
            elif n == 1:
                pass
            else:
                raise ValueError("shapes do not match: %r" % (shapes,))
        out = [current] + out
        i -= 1
    return tuple(out)


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    return fill(a, shape), fill(b, shape)


def fill(t, shape):
    if t.dim() < len(shape):
        copies = [fill(t, shape[1:]) for _ in range(shape[0])]
        if not copies:
            return torch.empty(shape, dtype=t.dtype)
        return torch.stack(copies)
    if t.dim() == 0:
        return t.clone()
    rows = [t[0 if t.shape[0] == 1 else k] for k in range(shape[0])]
    if not rows:
        return torch.empty(shape, dtype=t.dtype)
    return torch.stack([fill(r, shape[1:]) for r in rows])
