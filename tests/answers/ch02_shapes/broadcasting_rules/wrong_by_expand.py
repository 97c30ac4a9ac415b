"""Right values by forbidden means: the tensors are left to expand."""


def broadcast_shape(*shapes):
    rank = max((len(s) for s in shapes), default=0)
    out = [1] * rank
    for s in shapes:
        for i in range(1, len(s) + 1):
            if out[-i] == 1:
                out[-i] = s[-i]
            elif s[-i] not in (1, out[-i]):
                raise ValueError
    return tuple(out)


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    return a.expand(shape), b.expand(*shape)
