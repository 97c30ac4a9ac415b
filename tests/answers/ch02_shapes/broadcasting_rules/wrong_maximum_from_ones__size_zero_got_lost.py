"""Two shapes at a time; where one of two sizes is 1, the larger one is taken."""


def broadcast_shape(*shapes):
    result = ()
    for shape in shapes:
        result = join(result, tuple(shape), max)
    return result


def broadcast_pair(a, b):
    shape = join(tuple(a.shape), tuple(b.shape), lambda p, q: q if p == 1 else p)
    return grow(a, shape), grow(b, shape)


def join(s, t, choose):
    while len(s) < len(t):
        s = (1,) + s
    while len(t) < len(s):
        t = (1,) + t
    joined = []
    for p, q in zip(s, t):
        if p != q and p != 1 and q != 1:
            raise ValueError("cannot broadcast")
        joined.append(choose(p, q))
    return tuple(joined)


def grow(x, shape):
    for _ in range(len(shape) - x.dim()):
        x = x.unsqueeze(0)
    return x.repeat([n if m == 1 else 1 for m, n in zip(x.shape, shape)])
