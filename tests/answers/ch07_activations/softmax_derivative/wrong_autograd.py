"""Not allowed: automatic differentiation does the work."""

import torch


def softmax_jacobian(x):
    if x.dim() == 2:
        return torch.stack([softmax_jacobian(row) for row in x])
    return torch.autograd.functional.jacobian(lambda z: torch.softmax(z, -1), x)


def softmax_vjp(x, v):
    if x.shape != v.shape:
        raise ValueError("shapes")
    x = x.clone().requires_grad_()
    return torch.autograd.grad(torch.softmax(x, -1), x, v)[0]
