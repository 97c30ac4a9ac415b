import torch


def zero_counts(rows, columns):
    return torch.zeros((rows, columns)).long()


def constant(shape, value):
    return torch.ones(shape, dtype=torch.tensor(value).dtype) * value


def like(x, value, dtype=None):
    return torch.full_like(x, value, dtype=dtype)


def shifted_eye(rows, columns, shift):
    return torch.ones(rows, columns).triu(shift).tril(shift)
