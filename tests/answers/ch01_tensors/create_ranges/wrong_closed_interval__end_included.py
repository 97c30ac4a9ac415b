import math

import torch


def arange(start, end, step):
    if step == 0 or (end - start) / step < 0:
        raise ValueError
    numbers = []
    x = start
    while x <= end if step > 0 else x >= end:
        numbers.append(x)
        x += step
    return torch.tensor(numbers, dtype=torch.float64)


def linspace(start, end, steps):
    return torch.tensor([start + i * (end - start) / max(1, steps - 1) for i in range(steps)], dtype=torch.float64)


def logspace(start, end, steps, base=10.0):
    return base ** linspace(start, end, steps)


def geometric(first, last, steps):
    return logspace(math.log10(first), math.log10(last), steps)
