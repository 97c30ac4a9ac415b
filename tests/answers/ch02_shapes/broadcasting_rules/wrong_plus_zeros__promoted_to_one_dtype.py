"""The stretching is left to an addition of zeros."""

import torch


def broadcast_shape(*shapes):
    result = []
    for shape in shapes:
        shape = list(shape)
        rank = max(len(result), len(shape))
        result = [1] * (rank - len(result)) + result
        shape = [1] * (rank - len(shape)) + shape
        for i, (m, n) in enumerate(zip(result, shape)):
            if m == 1:
                result[i] = n
            elif n != 1 and n != m:
                raise ValueError(f"{m} != {n}")
    return tuple(result)


def broadcast_pair(a, b):
    broadcast_shape(a.shape, b.shape)
    return a + torch.zeros_like(b), b + torch.zeros_like(a)
