"""The stretched tensors come back in the wrong order, and the shape back to front."""


def broadcast_shape(*shapes):
    rank = max((len(s) for s in shapes), default=0)
    out = []
    for back in range(1, rank + 1):
        size = 1
        for s in shapes:
            if len(s) >= back and s[-back] != 1:
                if size not in (1, s[-back]):
                    raise ValueError
                size = s[-back]
        out.append(size)
    return tuple(out)  # should have been reversed


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)[::-1]
    pair = []
    for t in (b, a):
        t = t.reshape((1,) * (len(shape) - t.dim()) + tuple(t.shape))
        pair.append(t.repeat([n if m == 1 else 1 for m, n in zip(t.shape, shape)]))
    return tuple(pair)
