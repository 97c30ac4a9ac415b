import torch


def uniform(shape, low, high, generator):
    return torch.lerp(torch.tensor(float(low)), torch.tensor(float(high)), torch.rand(tuple(shape), generator=generator))


def integers(shape, low, high, generator):
    weights = torch.ones(high - low + 1)
    n = 1
    for s in shape:
        n *= s
    if n == 0:
        return torch.zeros(tuple(shape), dtype=torch.long)
    return low + torch.multinomial(weights, n, replacement=True, generator=generator).reshape(tuple(shape))


def normal(mean, std, generator):
    # Box and Muller
    u = 1 - torch.rand(mean.shape, generator=generator, dtype=torch.float64)
    v = torch.rand(mean.shape, generator=generator, dtype=torch.float64)
    z = (-2 * u.log()).sqrt() * (2 * torch.pi * v).cos()
    return (mean + std * z).float()


def noisy(x, variance, generator):
    zero = torch.zeros(x.shape)
    return x + normal(zero, zero + torch.tensor(variance).sqrt(), generator)
