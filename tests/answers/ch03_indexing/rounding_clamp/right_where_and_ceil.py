import torch


def trunc(x):
    return torch.where(x >= 0, torch.floor(x), torch.ceil(x))


def frac(x):
    return x - trunc(x)


def round_half_even(x):
    low, high = torch.floor(x), torch.ceil(x)
    nearer = torch.where(x - low < high - x, low, high)
    even = 2 * torch.floor(high / 2)
    even = torch.where(even == high, high, low)
    return torch.where(x - low == high - x, even, nearer)


def clamp(x, low=None, high=None):
    if low is not None:
        x = torch.where(x < low, torch.tensor(low, dtype=x.dtype), x)
    if high is not None:
        x = torch.where(x > high, torch.tensor(high, dtype=x.dtype), x)
    return x


def quantize(x, scale):
    return clamp(round_half_even(x / scale), -128, 127).to(torch.int8)
