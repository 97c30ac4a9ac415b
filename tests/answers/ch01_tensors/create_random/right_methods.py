import torch


def uniform(shape, low, high, generator):
    out = torch.rand(*shape, generator=generator) if len(shape) else torch.rand((), generator=generator)
    out *= high - low
    out += low
    return out


def integers(shape, low, high, generator):
    return low + torch.randint(high - low + 1, tuple(shape), generator=generator)


def normal(mean, std, generator):
    z = torch.empty(mean.shape).normal_(generator=generator)
    return z * std + mean


def noisy(x, variance, generator):
    y = x.clone()
    y += torch.empty_like(x).normal_(0, variance**0.5, generator=generator)
    return y
