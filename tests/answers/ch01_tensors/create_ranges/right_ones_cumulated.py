import math

import torch


def arange(start, end, step):
    if step == 0:
        raise ValueError("step is zero")
    if (step > 0 and end < start) or (step < 0 and end > start):
        raise ValueError("wrong direction")
    n = math.ceil(abs(end - start) / abs(step))
    k = torch.ones(n, dtype=torch.float64).cumsum(0) - 1
    return k * step + start


def linspace(start, end, steps):
    if steps == 1:
        return torch.tensor([start], dtype=torch.float64)
    k = torch.ones(steps, dtype=torch.float64).cumsum(0) - 1
    return start + k * ((end - start) / (steps - 1))


def logspace(start, end, steps, base=10.0):
    return torch.pow(torch.tensor(float(base), dtype=torch.float64), linspace(start, end, steps))


def geometric(first, last, steps):
    out = torch.empty(steps, dtype=torch.float64)
    q = (last / first) ** (1.0 / (steps - 1))
    x = first
    for i in range(steps):
        out[i] = x
        x = x * q
    return out
