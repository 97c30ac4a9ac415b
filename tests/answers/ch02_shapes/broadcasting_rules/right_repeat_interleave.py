"""repeat_interleave, which calls expand itself."""


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


def broadcast_pair(a, b):
    s = broadcast_shape(a.shape, b.shape)
    res = []
    for t in (a, b):
        for _ in range(len(s) - t.dim()):
            t = t.unsqueeze(0)
        for d, n in enumerate(s):
            if t.shape[d] == 1:
                t = t.repeat_interleave(n, dim=d)
        res.append(t)
    return res[0], res[1]
