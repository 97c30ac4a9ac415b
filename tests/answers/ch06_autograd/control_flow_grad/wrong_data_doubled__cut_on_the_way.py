import torch


def scale_up(a):
    if (a == 0).all():
        raise ValueError
    b = torch.tensor(a.mul(2).tolist(), dtype=a.dtype)
    while True:
        if torch.norm(b).item() >= 1000:
            break
        b.mul_(2)
    if b.sum() <= 0:
        b *= 100
    return b


def scale_up_slope(a):
    where = a.abs().reshape(-1).argmax()
    return scale_up(a).reshape(-1)[where] / a.reshape(-1)[where]


def clip_norm(v, limit):
    length = v.pow(2).sum()
    too_long = length.item() > limit * limit
    return v * length.rsqrt() * limit if too_long else v * 1.0


def kepler(m, e):
    guess = m
    while True:
        following = m + e * torch.sin(guess)
        if torch.isclose(following, guess, rtol=0, atol=1e-13):
            return following
        guess = following
