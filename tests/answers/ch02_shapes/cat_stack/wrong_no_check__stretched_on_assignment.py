"""Assigns to slices; only the assignment itself notices what doesn't fit."""


def cat(tensors, dim):
    if not tensors or len({t.ndim for t in tensors}) > 1:
        raise ValueError
    total = list(tensors[0].shape)
    total[dim] = sum(t.shape[dim] for t in tensors)
    result = tensors[0].new_zeros(total)
    end = 0
    for t in tensors:
        begin, end = end, end + t.shape[dim]
        place = [slice(None)] * t.ndim
        place[dim] = slice(begin, end)
        try:
            result[tuple(place)] = t
        except RuntimeError as error:
            raise ValueError from error
    return result


def stack(tensors, dim):
    if not tensors or any(t.shape != tensors[0].shape for t in tensors):
        raise ValueError
    return cat([t.unsqueeze(dim) for t in tensors], dim)
