"""Returns the two tensors in the wrong order."""


def broadcast_shape(*shapes):
    n = max([len(s) for s in shapes], default=0)
    padded = [[1] * (n - len(s)) + list(s) for s in shapes]
    out = []
    for i in range(n):
        size = 1
        for s in padded:
            if s[i] != 1:
                if size != 1 and s[i] != size:
                    raise ValueError("shapes do not broadcast")
                size = s[i]
        out.append(size)
    return tuple(out)


def stretch(t, shape):
    t = t.reshape((1,) * (len(shape) - t.dim()) + tuple(t.shape))
    return t.repeat([m if s == 1 else 1 for s, m in zip(t.shape, shape)])


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    return stretch(b, shape), stretch(a, shape)
