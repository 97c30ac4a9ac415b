import torch


class _Shape(tuple):
    def __and__(self, other):
        n = max(len(self), len(other))
        p, q = ((1,) * (n - len(s)) + tuple(s) for s in (self, other))
        out = []
        for i, j in zip(p, q):
            if i != j and 1 not in (i, j):
                raise ValueError("no")
            out.append(j if i == 1 else i)
        return _Shape(out)


def broadcast_shape(*shapes):
    total = _Shape()
    for s in shapes:
        total = total & _Shape(s)
    return tuple(total)


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)

    def at(t):
        t = t.reshape((1,) * (len(shape) - t.dim()) + tuple(t.shape))
        grids = torch.meshgrid(*[torch.arange(n) for n in shape], indexing="ij") if shape else ()
        picked = tuple(g.new_zeros(g.shape) if t.shape[d] == 1 else g for d, g in enumerate(grids))
        return t[picked] if shape else t.clone()

    return at(a), at(b)
