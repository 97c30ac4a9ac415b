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
    n, s, q = 0, 0.0, 0.0
    for chunk in chunks:
        n = n + chunk.numel()
        s = s + chunk.sum()
        q = q + (chunk * chunk).sum()
    return n, s / n, (q - n * (s / n) ** 2) / (n - correction)
