import torch


def link_slopes(outer, inner, w):
    y1 = inner(w)
    y2 = outer(y1)
    (a,) = torch.autograd.grad(y2, y1, retain_graph=True)
    (c,) = torch.autograd.grad(y2, w, retain_graph=True)
    (b,) = torch.autograd.grad(y1, w)
    return a, b, c


def chain_jacobian(stages, x):
    if not stages:
        return torch.eye(len(x), dtype=x.dtype)
    *first, (f, jac) = stages
    y = x
    for g, _ in first:
        y = g(y)
    return jac(y) @ chain_jacobian(first, x)


def pull_back(stages, x, v):
    points = [x]
    for f, _ in stages:
        points.append(f(points[-1]))
    for (f, jac), p in zip(reversed(stages), reversed(points[:-1])):
        v = (v[:, None] * jac(p)).sum(0)
    return v
