"""By way of numpy."""

import numpy as np
import torch


def both(x, f, g):
    a = x.numpy()
    if a.dtype == np.int64:
        a = a.astype(np.float32)
    with np.errstate(all="ignore"):
        v, d = np.where(a > 0, f[0](a), f[1](a)), np.where(a > 0, g[0](a), g[1](a))
    return torch.from_numpy(v.astype(a.dtype)), torch.from_numpy(d.astype(a.dtype))


def relu(x):
    return both(x, (lambda a: a, np.zeros_like), (np.ones_like, np.zeros_like))


def leaky_relu(x, slope=0.01):
    return both(
        x, (lambda a: a, lambda a: slope * a), (np.ones_like, lambda a: np.full_like(a, slope))
    )


def elu(x, alpha=1.0):
    return both(
        x,
        (lambda a: a, lambda a: alpha * np.expm1(a)),
        (np.ones_like, lambda a: alpha * np.exp(a)),
    )


def selu(x):
    v, d = elu(x, 1.6732632423543772)
    return v * 1.0507009873554805, d * 1.0507009873554805
