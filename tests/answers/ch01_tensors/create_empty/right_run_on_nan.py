"""Runs the code on a tensor of NaN and counts them."""

import numpy as np
import torch


def start(*shape):
    return torch.full(shape, float("nan"))


def count(b):
    return torch.isnan(b).sum().item()


def undefined_a(n, m):
    b = start(n, m)
    b[0] = 1
    b[:, 0] = 2
    return count(b)


def undefined_b(n, m):
    b = start(n, m)
    b *= 0
    b[0] += 1
    return count(b)


def undefined_c(n, m):
    b = start(n, m)
    b[::2] = 1
    b[1::2, : m - 1] = 2
    return count(b)


def undefined_d(n, m):
    b = start(n * m)
    b[0] = 1
    for i in range(n, n * m):
        b[i] = b[i - n] + 1
    return count(b)


def undefined_e(n, m):
    a = start(m)
    a[:2] = 1
    b = start(n, m)
    b.copy_(a)
    return count(b)


def interleave(a, b):
    c = torch.zeros(len(a) + len(b)).to(a.dtype)
    c[0::2], c[1::2] = a, b
    return c


def framed(x, width, value):
    out = np.empty((x.shape[0] + 2 * width, x.shape[1] + 2 * width), dtype=x.numpy().dtype)
    out.fill(value)
    out[width:width + x.shape[0], width:width + x.shape[1]] = x.numpy()
    return torch.from_numpy(out)
