import torch
from collections import defaultdict
from functools import cache


def derivative(edges, start, end):
    out = defaultdict(list)
    for a, b, s in edges:
        out[a].append((b, s))

    @cache
    def down(v):
        if v == end:
            return 1.0
        return float(sum(s * down(w) for w, s in out[v]))

    return down(start)


def contributions(f, branches, x):
    values = [b(x.detach()).detach() for b in branches]
    parts = []
    for i, branch in enumerate(branches):
        t = x.detach().clone().requires_grad_()
        z = f(*[branch(t) if j == i else values[j] for j in range(len(branches))])
        parts.append(torch.autograd.grad(z, t)[0])
    return tuple(parts)
