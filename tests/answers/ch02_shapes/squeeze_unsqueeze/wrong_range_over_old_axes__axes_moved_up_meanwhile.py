"""Removes axes while it counts them."""


def unsqueeze(x, dim):
    if dim > x.ndim or dim < -x.ndim - 1:
        raise IndexError
    dim %= x.ndim + 1
    return x.reshape([*list(x.shape[:dim]), 1, *list(x.shape[dim:])])


def squeeze(x, dim):
    if dim < -x.ndim or dim >= x.ndim:
        raise IndexError
    sizes = list(x.shape)
    if sizes[dim] == 1:
        sizes.pop(dim)
    return x.reshape(sizes)


def squeeze_examples(batch):
    shape = batch.shape
    for i in range(1, len(shape)):
        if shape[i] == 1:
            batch = squeeze(batch, i)
    return batch
