def unsqueeze(x, dim):
    n = x.dim()
    if dim < -(n + 1) or dim > n:
        raise IndexError(dim)
    if dim < 0:
        dim += n + 1
    return x[(slice(None),) * dim + (None,)]


def squeeze(x, dim):
    n = x.dim()
    if not -n <= dim < n:
        raise IndexError(dim)
    return x.select(dim, 0) if x.shape[dim] == 1 else x


def squeeze_examples(batch):
    out = batch
    for d in reversed(range(1, batch.dim())):
        out = squeeze(out, d)
    return out
