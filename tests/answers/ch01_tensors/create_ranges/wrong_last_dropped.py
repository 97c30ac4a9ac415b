import math

import torch


def arange(start, end, step):
    if step == 0 or (end - start) / step < 0:
        raise ValueError
    n = math.ceil((end - start) / step)
    return torch.tensor([start + step * i for i in range(n)], dtype=torch.float64)


def linspace(start, end, steps):
    points = torch.tensor([start + i * (end - start) / max(1, steps - 1) for i in range(steps)], dtype=torch.float64)
    return points[:-1]


def logspace(start, end, steps, base=10.0):
    return base ** torch.linspace(start, end, steps, dtype=torch.float64)


def geometric(first, last, steps):
    return logspace(math.log10(first), math.log10(last), steps)
