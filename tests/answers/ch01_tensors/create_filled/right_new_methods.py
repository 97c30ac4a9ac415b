import torch


def zero_counts(rows, columns):
    return torch.LongTensor(rows, columns).zero_()


def constant(shape, value):
    t = torch.zeros(shape)
    t += value
    return t


def like(x, value, dtype=None):
    if dtype is None:
        dtype = x.dtype
    out = torch.zeros(x.shape, dtype=dtype)
    out[...] = value
    return out


def shifted_eye(rows, columns, shift):
    out = torch.zeros(rows, columns)
    if -rows < shift < columns:
        out.diagonal(shift).fill_(1)
    return out
