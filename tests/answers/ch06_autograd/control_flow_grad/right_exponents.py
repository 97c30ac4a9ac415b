import math

import torch


def power(a):
    if torch.count_nonzero(a) == 0:
        raise ValueError("zero has no size to grow")
    norm = math.sqrt(sum(x * x for x in a.detach().double().reshape(-1).tolist()))
    times = 1
    while norm * 2**times < 1000:
        times += 1
    return 2**times * (1 if a.sum() > 0 else 100)


def scale_up(a):
    return a * power(a)


def scale_up_slope(a):
    return float(power(a))


def clip_norm(v, limit):
    if torch.linalg.vector_norm(v.detach()) <= limit:
        return v
    return torch.nn.functional.normalize(v.reshape(-1), dim=0).reshape(v.shape) * limit


def kepler(m, e):
    at = m.clone()
    for _ in range(400):
        at = torch.add(m, torch.mul(e, at.sin()))
    return at
