import math

import torch


def arange(start, end, step):
    if step == 0 or (end - start) / step < 0:
        raise ValueError
    n = math.ceil((end - start) / step)
    return linspace2(start, start + step * (n - 1), n)


def linspace2(start, end, steps):
    return torch.linspace(start, end, steps, dtype=torch.float64)


def linspace(start, end, steps):
    out = []
    for i in range(steps):
        out.append(start + i * (end - start) / steps)
    return torch.tensor(out, dtype=torch.float64)


def logspace(start, end, steps, base=10.0):
    return base ** linspace2(start, end, steps)


def geometric(first, last, steps):
    return logspace(math.log10(first), math.log10(last), steps)
