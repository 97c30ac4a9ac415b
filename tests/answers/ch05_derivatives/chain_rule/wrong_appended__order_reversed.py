"""The product in reading order."""

import torch


def link_slopes(outer, inner, w):
    y1 = inner(w)
    y2 = outer(y1)
    a = torch.autograd.grad(outputs=y2, inputs=y1, retain_graph=True)[0]
    b = torch.autograd.grad(outputs=y1, inputs=w)[0]
    return [a, b, torch.mul(a, b)]


def pull_back(stages, x, v):
    matrices = []
    for f, jacobian in stages:
        matrices.append(jacobian(x))
        x = f(x)
    while matrices:
        v = torch.matmul(matrices.pop().transpose(0, 1), v)
    return v


def chain_jacobian(stages, x):
    m = torch.eye(x.numel(), dtype=x.dtype)
    for f, jac in stages:
        m = torch.mm(m, jac(x))
        x = f(x)
    return m
