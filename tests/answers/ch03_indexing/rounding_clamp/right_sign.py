import torch


def trunc(x):
    return torch.sign(x) * x.abs().floor()


def frac(x):
    return x - trunc(x)


def round_half_even(x):
    down = x.floor()
    rest = x - down
    odd = (down / 2).floor() * 2 != down
    return down + ((rest > 0.5) | ((rest == 0.5) & odd)).to(x.dtype)


def clamp(x, low=None, high=None):
    out = x.clone()
    if low is not None:
        out[out < low] = low
    if high is not None:
        out[out > high] = high
    return out


def quantize(x, scale):
    return clamp(round_half_even(x / scale), -128, 127).to(torch.int8)
