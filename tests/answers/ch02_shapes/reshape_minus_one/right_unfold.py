import math
import torch


def infer_shape(old, new):
    n = math.prod(old)
    if any(s < -1 for s in new) or list(new).count(-1) > 1:
        raise ValueError("sizes")
    known = math.prod([s for s in new if s >= 0])
    if -1 in new:
        if known == 0 or n % known != 0:
            raise ValueError("-1")
        return tuple(n // known if s == -1 else s for s in new)
    if known != n:
        raise ValueError("entries")
    return torch.Size(new)


def group_last(x, size):
    if x.size(-1) % size != 0:
        raise ValueError("not a multiple")
    if x.size(-1) == 0:
        return x.new_empty(*x.shape[:-1], 0, size)
    return x.unfold(-1, size, size)
