"""An output without a graph raises."""

import torch


def jacobian(f, x):
    z = x.detach().clone()
    z.requires_grad_()
    y = f(z)
    J = torch.zeros(y.shape[0], z.shape[0], dtype=x.dtype)
    for i in range(y.shape[0]):
        z.grad = None
        y[i].backward(retain_graph=True)
        if z.grad is not None:
            J[i] = z.grad
    return J


def jacobian_of_any_shape(f, x):
    z = x.detach().clone().requires_grad_()
    y = f(z)
    J = torch.zeros(y.shape + x.shape, dtype=x.dtype)
    flat_J, flat_y = J.view(y.numel(), x.numel()), y.reshape(-1)
    for i in range(y.numel()):
        z.grad = None
        if y.requires_grad:
            flat_y[i].backward(retain_graph=True)
        if z.grad is not None:
            flat_J[i] = z.grad.reshape(-1)
    return J
