import torch


def zero_counts(rows, columns):
    return torch.zeros((rows, columns)).long()


def constant(shape, value):
    return torch.ones(shape) * value


def like(x, value, dtype=None):
    out = torch.zeros_like(x)
    out[...] = value
    if dtype is not None:
        out = out.to(dtype)
    return out


def shifted_eye(rows, columns, shift):
    return torch.ones(rows, columns).triu(shift).tril(shift)
