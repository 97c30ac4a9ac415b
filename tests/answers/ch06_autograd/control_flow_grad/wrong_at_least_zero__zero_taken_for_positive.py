import torch


def scale_up(a):
    if not a.any():
        raise ValueError("all zeros")
    b = 2 * a
    while b.norm() < 1000:
        b = b * 2
    return b if b.sum() >= 0 else 100 * b


def scale_up_slope(a):
    i = a.abs().flatten().argmax()
    return (scale_up(a).flatten()[i] / a.flatten()[i]).item()


def clip_norm(v, limit):
    norm = v.norm()
    if norm > limit:
        return v * limit / norm
    return v


def kepler(m, e):
    guess = m
    for _ in range(200):
        guess = m + e * torch.sin(guess)
    return guess
