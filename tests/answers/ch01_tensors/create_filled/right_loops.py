import torch


def zero_counts(rows, columns):
    return torch.empty(rows, columns).fill_(0).long()


def constant(shape, value):
    return torch.tensor(float(value)).expand(shape).clone()


def like(x, value, dtype=None):
    out = torch.empty(x.shape, dtype=dtype or x.dtype)
    out[...] = value
    return out


def shifted_eye(rows, columns, shift):
    r, c = torch.arange(rows)[:, None], torch.arange(columns)
    return (c == r + shift).to(torch.float32)
