import torch


def rank_and_numel(shape):
    x = torch.zeros(tuple(shape))
    return x.dim(), x.nelement()


def rows_and_columns(matrix):
    return tuple(matrix.shape)


def scalar_and_vector(value):
    return torch.ones(()) * value, torch.ones(1) * value


def shape_of(data):
    if type(data) is not list:
        return torch.Size([])
    inner = [tuple(shape_of(d)) for d in data]
    if len(set(inner)) > 1:
        raise ValueError("ragged")
    return torch.Size((len(data),) + (inner[0] if inner else ()))


def build(rank, length, numel):
    x = torch.zeros(numel)
    if rank == 1:
        if numel != length:
            raise ValueError("one axis")
        return x
    if length == 0:
        if numel != 0:
            raise ValueError("nothing")
        return torch.zeros((0,) * rank)
    if length * (numel // length) != numel:
        raise ValueError("does not divide")
    x = x.reshape(length, numel // length)
    while x.dim() < rank:
        x = x[:, None]
    return x
