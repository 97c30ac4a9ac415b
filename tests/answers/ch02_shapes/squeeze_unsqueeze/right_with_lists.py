"""Sizes as lists, view on a contiguous copy."""


def unsqueeze(x, dim):
    n = len(x.shape)
    if dim > n or dim < -n - 1:
        raise IndexError("dim out of range")
    if dim < 0:
        dim = n + 1 + dim
    sizes = []
    for i in range(n):
        if i == dim:
            sizes.append(1)
        sizes.append(x.shape[i])
    if dim == n:
        sizes.append(1)
    return x.contiguous().view(sizes)


def squeeze(x, dim):
    n = len(x.shape)
    if dim >= n or dim < -n:
        raise IndexError("dim out of range")
    if dim < 0:
        dim += n
    sizes = [s for i, s in enumerate(x.shape) if not (i == dim and s == 1)]
    return x.contiguous().view(sizes)


def squeeze_examples(batch):
    sizes = [batch.shape[0]]
    for s in batch.shape[1:]:
        if s > 1 or s == 0:
            sizes.append(s)
    return batch.contiguous().view(sizes)
