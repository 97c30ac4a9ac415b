"""Number by number in Python."""

import math

import torch


def each(x, f):
    return torch.tensor([f(v) for v in x.flatten().tolist()], dtype=x.dtype).view(x.shape)


def trunc(x):
    return each(x, lambda v: float(math.trunc(v)))


def frac(x):
    return each(x, lambda v: math.modf(v)[0])


def round_half_even(x):
    return each(x, round)


def clamp(x, low=None, high=None):
    def inside(v):
        if low is not None and v < low:
            v = low
        if high is not None and v > high:
            v = high
        return v

    return each(x, inside)


def quantize(x, scale):
    return clamp(round_half_even(x / scale), -128, 127).char()
