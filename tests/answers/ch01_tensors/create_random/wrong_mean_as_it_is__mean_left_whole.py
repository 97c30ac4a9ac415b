import torch


def uniform(shape, low, high, generator):
    x = torch.empty(tuple(shape), dtype=torch.float32)
    x.uniform_(low, high, generator=generator)
    return x


def integers(shape, low, high, generator):
    out = torch.empty(tuple(shape), dtype=torch.int64)
    return out.random_(low, high + 1, generator=generator)


def normal(mean, std, generator):
    return torch.normal(mean, std, generator=generator)


def noisy(x, variance, generator):
    return torch.normal(x, variance**0.5, generator=generator)
