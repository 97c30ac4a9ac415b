"""Evaluates every Jacobian at x."""

from functools import reduce

import torch


def link_slopes(outer, inner, w):
    y1 = inner(w)
    y2 = outer(y1)
    c = torch.autograd.grad(y2, w, retain_graph=True)[0].item()
    b = torch.autograd.grad(y1, w, retain_graph=True)[0].item()
    a = torch.autograd.grad(y2, y1)[0].item()
    return a, b, c


def matrices(stages, x):
    out = []
    for stage in stages:
        out.insert(0, stage[1](x))
        x = stage[0](x)
    return out


def chain_jacobian(stages, x):
    ms = matrices(stages, x)
    ms = [stage[1](x) for stage in reversed(stages)]
    if len(ms) == 0:
        return torch.eye(x.shape[0]).to(x)
    return ms[0] if len(ms) == 1 else torch.linalg.multi_dot(ms)


def pull_back(stages, x, v):
    return reduce(lambda row, m: (row.unsqueeze(0) @ m).squeeze(0), matrices(stages, x), v)
