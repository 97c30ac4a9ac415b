import torch


def rank_and_numel(shape):
    n = 1
    for s in shape:
        n = n * s
    return len(shape), n


def rows_and_columns(matrix):
    return matrix.size(0), matrix.size(1)


def scalar_and_vector(value):
    v = torch.tensor([value], dtype=torch.float32)
    return v[0], v


def shape_of(data):
    if not isinstance(data, (list, tuple)):
        return ()
    shapes = {shape_of(d) for d in data}
    if len(shapes) > 1:
        raise ValueError("ragged")
    return (len(data),) + (shapes.pop() if shapes else ())


def build(rank, length, numel):
    if rank == 1:
        if length != numel:
            raise ValueError
        return torch.zeros(length)
    if length == 0:
        if numel:
            raise ValueError
        return torch.empty([0] + [3] * (rank - 1))
    if numel % length:
        raise ValueError
    return torch.empty([length] + [1] * (rank - 2) + [numel // length])
