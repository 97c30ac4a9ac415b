import torch


def rank_and_numel(shape):
    n = 1
    for s in shape:
        n = n * s
    return (len(shape), n)


def rows_and_columns(matrix):
    return matrix.size(0), matrix.size(1)


def scalar_and_vector(value):
    s = torch.tensor(value, dtype=torch.float32)
    return s, s.unsqueeze(0)


def shape_of(data):
    if isinstance(data, (int, float)):
        return ()
    if len(data) == 0:
        return (0,)
    inner = shape_of(data[0])
    for other in data[1:]:
        if shape_of(other) != inner:
            raise ValueError("not a tensor")
    return (len(data),) + inner


def build(rank, length, numel):
    if rank == 1 and length != numel:
        raise ValueError
    if length == 0 and numel != 0:
        raise ValueError
    if length and numel % length != 0:
        raise ValueError
    if rank == 1:
        return torch.empty(length)
    shape = [1] * rank
    shape[0] = length
    shape[1] = numel // length if length > 0 else 1
    return torch.empty(shape)
