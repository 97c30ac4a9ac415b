import torch


def trunc(x):
    return x.sign() * x.abs().floor()


def frac(x):
    return x - trunc(x)


def round_half_even(x):
    return x.sign() * (x.abs() - 0.5).ceil()


def clamp(x, low=None, high=None):
    x = x.clone()
    if low is not None:
        x[x < low] = low
    if high is not None:
        x[x > high] = high
    return x


def quantize(x, scale):
    return clamp(round_half_even(x / scale), -128, 127).to(torch.int8)
