import torch


def trunc(x):
    return x - x.fmod(1)


def frac(x):
    return x.fmod(1)


def round_half_even(x):
    return torch.tensor([round(v) for v in x.flatten().tolist()], dtype=x.dtype).view(x.shape)


def clamp(x, low=None, high=None):
    if low:
        x = torch.where(x < low, low, x)
    if high:
        x = torch.where(x > high, high, x)
    return x


def quantize(x, scale):
    return clamp(round_half_even(x / scale), -128, 127).to(torch.int8)
