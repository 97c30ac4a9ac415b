"""Tuples of slices; stack comes first and cat is by itself."""


def cat(tensors, dim):
    if not tensors:
        raise ValueError
    shapes = []
    for t in tensors:
        shape = list(t.shape)
        shape[dim] = None
        shapes.append(shape)
    if any(s != shapes[0] for s in shapes):
        raise ValueError
    total = shapes[0].copy()
    total[dim] = sum(t.shape[dim] for t in tensors)
    result = tensors[0].new_zeros(total)
    end = 0
    for t in tensors:
        begin, end = end, end + t.shape[dim]
        place = [slice(None)] * t.ndim
        place[dim] = slice(begin, end)
        result[tuple(place)] = t
    return result


def stack(tensors, dim):
    if not tensors:
        raise ValueError
    for t in tensors[1:]:
        if t.shape != tensors[0].shape:
            raise ValueError
    n = tensors[0].ndim
    dim = dim % (n + 1)
    result = tensors[0].new_zeros((*tensors[0].shape[:dim], len(tensors), *tensors[0].shape[dim:]))
    for i, t in enumerate(tensors):
        result[(slice(None),) * dim + (i,)] = t
    return result
