import numpy as np
import torch


def rng(generator):
    seed = torch.randint(0, 2**62, (1,), generator=generator).item()
    return np.random.default_rng(seed)


def uniform(shape, low, high, generator):
    a = rng(generator).uniform(low, high, size=tuple(shape))
    return torch.tensor(a, dtype=torch.float32)


def integers(shape, low, high, generator):
    a = rng(generator).integers(low, high, size=tuple(shape), endpoint=True)
    return torch.as_tensor(a, dtype=torch.int64)


def normal(mean, std, generator):
    a = rng(generator).normal(mean.numpy(), std.numpy(), size=tuple(mean.shape))
    return torch.tensor(a, dtype=torch.float32)


def noisy(x, variance, generator):
    noise = rng(generator).standard_normal(tuple(x.shape), dtype=np.float32)
    return x + np.float32(np.sqrt(variance)) * torch.as_tensor(noise)
