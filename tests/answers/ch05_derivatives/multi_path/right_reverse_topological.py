"""Kahn's algorithm from the end; the branches by detaching."""

from collections import defaultdict

import torch


def derivative(edges, start, end):
    incoming, outdegree = defaultdict(list), defaultdict(int)
    nodes = set()
    for a, b, s in edges:
        incoming[b].append((a, s))
        outdegree[a] += 1
        nodes |= {a, b}
    grad = defaultdict(float)
    grad[end] = 1.0
    ready = [n for n in nodes if outdegree[n] == 0]
    while ready:
        node = ready.pop()
        for a, s in incoming[node]:
            grad[a] += grad[node] * s
            outdegree[a] -= 1
            if outdegree[a] == 0:
                ready.append(a)
    return grad[start]


def contributions(f, branches, x):
    out = []
    for i, _ in enumerate(branches):
        z = x.detach().clone().requires_grad_(True)
        inputs = []
        for j, branch in enumerate(branches):
            if i == j:
                inputs.append(branch(z))
            else:
                with torch.no_grad():
                    inputs.append(branch(x))
        f(*inputs).backward()
        out.append(z.grad)
    return out
