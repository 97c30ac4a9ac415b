"""Shorter shapes are filled up with 1 behind their sizes."""


def broadcast_shape(*shapes):
    longest = max([len(s) for s in shapes] + [0])
    total = [1] * longest
    for s in shapes:
        s = list(s) + [1] * (longest - len(s))
        for k in range(longest):
            if s[k] != total[k] and s[k] != 1 and total[k] != 1:
                raise ValueError("mismatch")
            if total[k] == 1:
                total[k] = s[k]
    return tuple(total)


def broadcast_pair(a, b):
    shape = right(a.shape, b.shape)
    return grow(a, shape), grow(b, shape)


def right(s, t):
    rank = max(len(s), len(t))
    s, t = [(1,) * (rank - len(u)) + tuple(u) for u in (s, t)]
    for p, q in zip(s, t):
        if p != q and 1 not in (p, q):
            raise ValueError("mismatch")
    return tuple(q if p == 1 else p for p, q in zip(s, t))


def grow(x, shape):
    for _ in range(len(shape) - x.dim()):
        x = x.unsqueeze(0)
    return x.repeat([n if m == 1 else 1 for m, n in zip(x.shape, shape)])
