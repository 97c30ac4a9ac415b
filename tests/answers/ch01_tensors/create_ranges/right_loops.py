import math
import torch


def arange(start, end, step):
    if step == 0 or (end - start) * step < 0:
        raise ValueError
    n = math.ceil((end - start) / step)
    return torch.tensor([start + i * step for i in range(n)], dtype=torch.float64)


def linspace(start, end, steps):
    if steps == 0:
        return torch.empty(0, dtype=torch.float64)
    if steps == 1:
        return torch.tensor([float(start)], dtype=torch.float64)
    t = torch.arange(steps, dtype=torch.float64) / (steps - 1)
    return start * (1 - t) + end * t


def logspace(start, end, steps, base=10.0):
    return torch.exp(linspace(start, end, steps) * math.log(base))


def geometric(first, last, steps):
    ratio = (last / first) ** (1 / (steps - 1))
    return torch.tensor([first * ratio**i for i in range(steps)], dtype=torch.float64)
