"""stack as a long row that is viewed."""


def cat(tensors, dim):
    if not tensors:
        raise ValueError
    n = tensors[0].ndim
    dim %= n
    for t in tensors:
        if t.ndim != n or any(t.shape[i] != tensors[0].shape[i] for i in range(n) if i != dim):
            raise ValueError
    total = list(tensors[0].shape)
    total[dim] = sum(t.shape[dim] for t in tensors)
    result = tensors[0].new_zeros(total)
    end = 0
    for t in tensors:
        begin, end = end, end + t.shape[dim]
        result.narrow(dim, begin, t.shape[dim])[:] = t
    return result


def stack(tensors, dim):
    if not tensors or any(t.shape != tensors[0].shape for t in tensors):
        raise ValueError
    size = list(tensors[0].shape)
    where = dim if dim >= 0 else len(size) + 1 + dim
    size.insert(where, len(tensors))
    return cat([t.reshape(-1) for t in tensors], 0).view(size)
