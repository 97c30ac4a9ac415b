"""A buffer of the right dtype, filled by offsets in memory; the error is a subclass of ValueError."""

import torch


class BroadcastError(ValueError):
    pass


def broadcast_shape(*shapes):
    if len(shapes) == 0:
        return ()
    if len(shapes) == 1:
        return tuple(shapes[0])
    if len(shapes) > 2:
        return broadcast_shape(broadcast_shape(*shapes[:2]), *shapes[2:])
    s, t = map(list, shapes)
    while len(s) < len(t):
        s.insert(0, 1)
    while len(t) < len(s):
        t.insert(0, 1)
    r = []
    for p, q in zip(s, t):
        if p == q or q == 1:
            r.append(p)
        elif p == 1:
            r.append(q)
        else:
            raise BroadcastError(f"{p} against {q}")
    return tuple(r)


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    out = []
    for t in (a, b):
        flat = t.contiguous().view(-1)
        buffer = torch.empty(shape, dtype=t.dtype).view(-1)
        own = [1] * (len(shape) - t.dim()) + list(t.shape)
        for n in range(buffer.numel()):
            rest, offset, step = n, 0, 1
            for size, mine in zip(reversed(shape), reversed(own)):
                rest, i = divmod(rest, size)
                if mine != 1:
                    offset += i * step
                step *= mine
            buffer[n] = flat[offset]
        out.append(buffer.view(shape))
    return out[0], out[1]
