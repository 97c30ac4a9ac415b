import numpy as np
import torch


def arange(start, end, step):
    if step == 0 or np.sign(end - start) == -np.sign(step):
        raise ValueError
    return torch.from_numpy(np.arange(start, end, step, dtype=np.float64))


def linspace(start, end, steps):
    return torch.from_numpy(np.linspace(start, end, steps))


def logspace(start, end, steps, base=10.0):
    return torch.from_numpy(np.logspace(start, end, steps, base=base))


def geometric(first, last, steps):
    return torch.from_numpy(np.geomspace(first, last, steps))
