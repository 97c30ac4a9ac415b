import torch


def cat(tensors, dim):
    tensors = list(tensors)
    if not tensors:
        raise ValueError("none")
    first = tensors[0]
    d = dim % first.dim()
    for t in tensors[1:]:
        if t.dim() != first.dim() or any(
            a != b for k, (a, b) in enumerate(zip(t.shape, first.shape)) if k != d
        ):
            raise ValueError("sizes")
    shape = list(first.shape)
    shape[d] = sum(t.shape[d] for t in tensors)
    rows = [row for t in tensors for row in t.unbind(d)]
    out = first.new_zeros(shape)
    for i, row in enumerate(rows):
        out.select(d, i).copy_(row)
    return out


def stack(tensors, dim):
    tensors = list(tensors)
    if not tensors or any(t.shape != tensors[0].shape for t in tensors):
        raise ValueError("shapes")
    n = tensors[0].dim() + 1
    d = dim if dim >= 0 else dim + n
    shape = list(tensors[0].shape)
    shape.insert(d, len(tensors))
    out = tensors[0].new_empty(shape)
    index = [slice(None)] * n
    for i, t in enumerate(tensors):
        index[d] = i
        out[tuple(index)] = t
    return out
