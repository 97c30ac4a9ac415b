import torch


def trunc(x):
    return x - x.fmod(1)


def frac(x):
    return x.fmod(1)


def round_half_even(x):
    below = x.floor()
    return below + (x - below >= 0.5)


def clamp(x, low=None, high=None):
    if low is not None:
        x = torch.where(x < low, low, x)
    if high is not None:
        x = torch.where(x > high, high, x)
    return x


def quantize(x, scale):
    steps = torch.tensor([round(v) for v in (x / scale).flatten().tolist()], dtype=x.dtype)
    return clamp(steps.view(x.shape), -128, 127).to(torch.int8)
