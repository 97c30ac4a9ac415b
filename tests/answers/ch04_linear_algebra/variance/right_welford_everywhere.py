"""Welford's step along the axis, and for the stream."""

import torch


def step(n, mean, m2, value):
    n += 1
    d = value - mean
    mean = mean + d / n
    m2 = m2 + d * (value - mean)
    return n, mean, m2


def var(x, dim, correction=1):
    n, mean, m2 = 0, 0.0, 0.0
    for value in x.double().unbind(dim):
        n, mean, m2 = step(n, mean, m2, value)
    return (m2 / (n - correction)).to(x.dtype)


def std(x, dim, correction=1):
    return torch.sqrt(var(x, dim, correction))


def streaming_stats(chunks, correction=1):
    n, mean, m2 = 0, torch.zeros((), dtype=torch.float64), torch.zeros((), dtype=torch.float64)
    for chunk in chunks:
        for value in chunk.double():
            n, mean, m2 = step(n, mean, m2, value)
    return n, mean, m2 / (n - correction)
