"""Views with stride 0: nothing is copied."""


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


def view(t, shape):
    pad = len(shape) - t.dim()
    st = [0] * pad + [0 if n == 1 else k for n, k in zip(t.shape, t.stride())]
    return t.as_strided(shape, st, t.storage_offset())


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    return view(a, shape), view(b, shape)
