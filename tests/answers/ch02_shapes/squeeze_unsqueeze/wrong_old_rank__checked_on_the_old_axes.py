"""Checks dim on the axes of x."""


def unsqueeze(x, dim):
    if dim < 0:
        dim += x.dim() + 1
    if not 0 <= dim < max(x.dim(), 1):
        raise IndexError
    shape = list(x.shape)
    shape.insert(dim, 1)
    return x.reshape(shape)


def squeeze(x, dim):
    if x.shape[dim] != 1:
        return x
    keep = [i for i in range(x.dim()) if i != dim and i != dim + x.dim()]
    return x.reshape([x.shape[i] for i in keep])


def squeeze_examples(batch):
    return batch.reshape(batch.shape[:1] + tuple(s for s in batch.shape[1:] if s != 1))
