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
    if not data:
        return (0,)
    return (len(data),) + shape_of(data[0])


def build(rank, length, numel):
    if rank == 1 and length != numel or length == 0 and numel or length and numel % length:
        raise ValueError
    if rank == 1:
        return torch.empty(length)
    return torch.empty([length] + [1] * (rank - 2) + [numel // length if length else 0])
