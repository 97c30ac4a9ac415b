"""Adds the tensors instead of joining them."""


def cat(tensors, dim):
    if not tensors:
        raise ValueError
    return sum(tensors)


def stack(tensors, dim):
    if not tensors or any(t.shape != tensors[0].shape for t in tensors):
        raise ValueError
    return sum(tensors).unsqueeze(dim)
