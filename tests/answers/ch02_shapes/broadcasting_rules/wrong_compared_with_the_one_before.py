"""Compares each shape with the one before it only."""


def broadcast_shape(*shapes):
    n = max([len(s) for s in shapes], default=0)
    padded = [[1] * (n - len(s)) + list(s) for s in shapes]
    out = [1] * n
    for k, s in enumerate(padded):
        for i in range(n):
            if k and s[i] != padded[k - 1][i] and 1 not in (s[i], padded[k - 1][i]):
                raise ValueError
            if s[i] != 1:
                out[i] = s[i]
    return tuple(out)


def stretch(t, shape):
    t = t.reshape((1,) * (len(shape) - t.dim()) + tuple(t.shape))
    return t.repeat([m if s == 1 else 1 for s, m in zip(t.shape, shape)])


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    return stretch(a, shape), stretch(b, shape)
