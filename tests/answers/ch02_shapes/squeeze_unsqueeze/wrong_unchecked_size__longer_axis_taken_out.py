"""squeeze deletes the size without looking at it."""


def unsqueeze(x, dim):
    if dim > x.ndim or dim < -x.ndim - 1:
        raise IndexError
    dim %= x.ndim + 1
    return x.reshape([*x.shape[:dim], 1, *x.shape[dim:]])


def squeeze(x, dim):
    sizes = list(x.shape)
    sizes.pop(dim)
    return x.reshape(sizes)


def squeeze_examples(batch):
    return batch.reshape([n for i, n in enumerate(batch.shape) if i == 0 or n != 1])
