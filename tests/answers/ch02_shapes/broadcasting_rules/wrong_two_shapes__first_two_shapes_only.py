"""Knows two shapes only."""


def broadcast_shape(*shapes):
    if not shapes:
        return ()
    if len(shapes) == 1:
        return tuple(shapes[0])
    a, b = list(shapes[0]), list(shapes[1])
    while len(a) < len(b):
        a.insert(0, 1)
    while len(b) < len(a):
        b.insert(0, 1)
    out = []
    for p, q in zip(a, b):
        if p == q or q == 1:
            out.append(p)
        elif p == 1:
            out.append(q)
        else:
            raise ValueError
    return tuple(out)


def stretch(t, shape):
    t = t.reshape((1,) * (len(shape) - t.dim()) + tuple(t.shape))
    return t.repeat([m if s == 1 else 1 for s, m in zip(t.shape, shape)])


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    return stretch(a, shape), stretch(b, shape)
