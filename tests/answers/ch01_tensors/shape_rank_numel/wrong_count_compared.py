import math

import torch


def rank_and_numel(shape):
    return len(shape), math.prod(shape)


def rows_and_columns(matrix):
    return matrix.size(0), matrix.size(1)


def scalar_and_vector(value):
    vector = torch.Tensor([value])
    return vector[0], vector


def shape_of(data):
    def count(d):
        return sum(map(count, d)) if isinstance(d, list) else 1

    sizes = []
    d = data
    while isinstance(d, list):
        sizes.append(len(d))
        if not d:
            break
        d = d[0]
    if count(data) != math.prod(sizes):
        raise ValueError
    return tuple(sizes)


def build(rank, length, numel):
    if rank == 1:
        if length != numel:
            raise ValueError
        return torch.empty(length)
    if length == 0:
        if numel:
            raise ValueError
        return torch.empty([0] * rank)
    rest, left_over = divmod(numel, length)
    if left_over:
        raise ValueError
    return torch.empty([length] + [1] * (rank - 2) + [rest])
