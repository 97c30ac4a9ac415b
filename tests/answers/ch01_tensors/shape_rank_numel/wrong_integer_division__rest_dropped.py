import torch


def rank_and_numel(shape):
    n = 1
    for s in shape:
        n = n * s
    return (len(shape), n)


def rows_and_columns(matrix):
    return matrix.size(0), matrix.size(1)


def scalar_and_vector(value):
    return torch.tensor(value), torch.tensor([value])


def shape_of(data):
    if not isinstance(data, list):
        return ()
    shapes = [shape_of(d) for d in data]
    if any(s != shapes[0] for s in shapes):
        raise ValueError
    return (len(data),) + (shapes[0] if shapes else ())


def build(rank, length, numel):
    if rank == 1:
        if length != numel:
            raise ValueError
        return torch.empty(numel)
    shape = [length, 0 if length == 0 else int(numel / length)]
    while len(shape) < rank:
        shape.append(1)
    return torch.empty(shape)
