"""The negative dim of unsqueeze is one off."""


def unsqueeze(x, dim):
    if dim > x.ndim or dim < -x.ndim - 1:
        raise IndexError
    sizes = list(x.shape)
    sizes.insert(dim, 1)  # list.insert(-1, 1) puts it before the last one
    return x.reshape(sizes)


def squeeze(x, dim):
    if dim < -x.ndim or dim >= x.ndim:
        raise IndexError
    sizes = list(x.shape)
    if sizes[dim] == 1:
        sizes.pop(dim)
    return x.reshape(sizes)


def squeeze_examples(batch):
    return batch.reshape([n for i, n in enumerate(batch.shape) if i == 0 or n != 1])
