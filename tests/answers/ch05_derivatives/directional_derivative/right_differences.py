import torch

H = 1e-5


def partial(f, x, i):
    e = torch.zeros_like(x)
    e[i] = H
    return float(f(x + e) - f(x - e)) / (2 * H)


def directional(f, x, u):
    u = u.to(torch.float64)
    length = float((u * u).sum()) ** 0.5
    if length == 0:
        raise ValueError("no direction")
    u = u / length
    return float(f(x + H * u) - f(x - H * u)) / (2 * H)


def steepest(f, x):
    g = torch.tensor([partial(f, x, i) for i in range(len(x))], dtype=torch.float64)
    n = float(g.norm())
    if n < 1e-6:
        raise ValueError("level")
    return g / n, n


def direction_with_slope(f, x, slope):
    u, top = steepest(f, x)
    if abs(slope) > top:
        raise ValueError("too steep")
    c = slope / top
    for i in range(len(x)):
        e = torch.zeros_like(x)
        e[i] = 1
        rest = e - (e @ u) * u
        if rest.norm() > 1e-3:
            rest = rest / rest.norm()
            return c * u + max(0.0, 1 - c * c) ** 0.5 * rest
