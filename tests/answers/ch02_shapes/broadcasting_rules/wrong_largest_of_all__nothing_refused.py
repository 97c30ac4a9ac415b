"""Takes the largest size and compares nothing."""


def broadcast_shape(*shapes):
    n = max([len(s) for s in shapes], default=0)
    padded = [(1,) * (n - len(s)) + tuple(s) for s in shapes]
    return tuple(max(c) for c in zip(*padded))


def stretch(t, shape):
    t = t.reshape((1,) * (len(shape) - t.dim()) + tuple(t.shape))
    return t.repeat([m if s == 1 else 1 for s, m in zip(t.shape, shape)])


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    return stretch(a, shape), stretch(b, shape)
