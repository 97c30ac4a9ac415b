import numpy as np
import torch


def zero_counts(rows, columns):
    return torch.from_numpy(np.zeros((rows, columns), dtype=np.int64))


def constant(shape, value):
    return torch.from_numpy(np.full(shape, value, dtype=np.float32))


def like(x, value, dtype=None):
    return torch.tensor(value, dtype=dtype or x.dtype).repeat(x.shape) if x.dim() else torch.tensor(
        value, dtype=dtype or x.dtype
    )


def shifted_eye(rows, columns, shift):
    return torch.from_numpy(np.eye(rows, columns, k=shift, dtype=np.float32))
