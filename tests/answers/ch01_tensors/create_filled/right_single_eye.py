import torch


def zero_counts(rows, columns):
    return torch.zeros((rows, columns), dtype=torch.long)


def constant(shape, value):
    return torch.ones(shape) * float(value)


def like(x, value, dtype=None):
    return torch.full_like(x, value, dtype=x.dtype if dtype is None else dtype)


def shifted_eye(rows, columns, shift):
    out = torch.zeros(rows, columns)
    for r in range(rows):
        if 0 <= r + shift < columns:
            out[r, r + shift] = 1
    return out
