import torch


def grad(f, x):
    t = x.detach().clone().requires_grad_()
    y = f(t)
    if not y.requires_grad:
        return torch.zeros_like(x)
    (g,) = torch.autograd.grad(y, t, allow_unused=True)
    return torch.zeros_like(x) if g is None else g


def partial(f, x, i):
    h = torch.zeros_like(x)
    h[i] = 1e-5
    return ((f(x + h) - f(x - h)) / 2e-5).item()


def directional(f, x, u):
    u = u.double()
    if (u == 0).any():
        raise ValueError("no direction")
    u = u / u.abs().max()
    return float(grad(f, x) @ (u / u.norm()))


def steepest(f, x):
    g = grad(f, x)
    norm = g.norm()
    if norm < 1e-6:
        raise ValueError("flat")
    return g / norm, float(norm)


def direction_with_slope(f, x, slope):
    g = grad(f, x)
    norm = g.norm()
    if abs(slope) > norm:
        raise ValueError("too steep")
    e = g / norm
    k = int(e.abs().argmin())
    side = torch.zeros_like(x)
    side[k] = 1.0
    side = side - (side @ e) * e
    side = side / side.norm()
    c = slope / norm
    return c * e + (1 - c**2).sqrt() * side
