"""One autograd.grad per unit vector, on tensors of any shape; the vector case is a special one."""

import torch


def jacobian_of_any_shape(f, x):
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    m = y.numel()
    out = []
    for k in range(m):
        e = torch.zeros(m, dtype=y.dtype)
        e[k] = 1
        if y.requires_grad:
            g = torch.autograd.grad([y], [leaf], [e.reshape(y.shape)], retain_graph=True,
                                    allow_unused=True)[0]
        else:
            g = None
        out.append(torch.zeros_like(x) if g is None else g)
    stacked = torch.cat([g.reshape(1, -1) for g in out]) if out else x.new_zeros(0)
    return stacked.detach().reshape(*y.shape, *x.shape)


def jacobian(f, x):
    return jacobian_of_any_shape(f, x)
