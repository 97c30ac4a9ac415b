"""Compares the numbers of entries instead of the shapes."""


def cat(tensors, dim):
    if not tensors:
        raise ValueError("nothing")
    first = tensors[0]
    n = first.dim()
    axis = range(n)[dim]
    for t in tensors:
        if t.dim() != n or any(t.shape[i] != first.shape[i] for i in range(n) if i != axis):
            raise ValueError("shapes")
    shape = list(first.shape)
    shape[axis] = sum(t.shape[axis] for t in tensors)
    out = first.new_empty(shape)
    rest = out
    at = 0
    for t in tensors:
        rest.narrow(axis, at, t.shape[axis]).copy_(t)
        at += t.shape[axis]
    return out


def stack(tensors, dim):
    if not tensors or any(t.numel() != tensors[0].numel() for t in tensors):
        raise ValueError
    shape = list(tensors[0].shape)
    dim = dim % (len(shape) + 1)
    shape.insert(dim, len(tensors))
    out = tensors[0].new_empty(shape)
    for i, t in enumerate(tensors):
        out.select(dim, i).copy_(t.reshape(tensors[0].shape))
    return out
