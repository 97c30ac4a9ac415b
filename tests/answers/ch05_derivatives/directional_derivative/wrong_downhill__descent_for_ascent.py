"""As in gradient descent. The ordered slope is worked out anew."""

import math

import torch


def partial(f, x, i):
    h = 1e-5
    a, b = x.clone(), x.clone()
    a[i] += h
    b[i] -= h
    return ((f(a) - f(b)) / (2 * h)).item()


def gradient(f, x):
    return torch.stack([torch.as_tensor(partial(f, x, i), dtype=x.dtype) for i in range(x.numel())])


def directional(f, x, u):
    values = u.tolist()
    length = math.hypot(*values)
    if not length:
        raise ValueError("which way?")
    return sum(g * v for g, v in zip(gradient(f, x).tolist(), values)) / length


def steepest(f, x):
    g = gradient(f, x)
    length = math.hypot(*g.tolist())
    if length < 1e-6:
        raise ValueError("nothing rises here")
    return -g / length, length


def direction_with_slope(f, x, slope):
    down, most = steepest(f, x)
    up = -down
    if not -most <= slope <= most:
        raise ValueError("none")
    # In the plane of the two largest entries, (a, b) and (-b, a) are at right angles.
    i, j = up.abs().topk(2).indices.tolist()
    side = torch.zeros_like(up)
    side[i], side[j] = -up[j], up[i]
    side /= side.norm()
    angle = math.acos(slope / most)
    return math.cos(angle) * up + math.sin(angle) * side
