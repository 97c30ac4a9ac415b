import torch


def vjp(f, x, v):
    old, flag = x.grad, x.requires_grad
    x.requires_grad_(True)
    x.grad = None
    try:
        y = f(x)
        if list(y.size()) != list(v.size()):
            raise ValueError
        (v.detach() * y).sum().backward()
        return x.grad
    finally:
        x.grad = old
        x.requires_grad_(flag)


def jacobian_diagonal(f, x):
    n = x.shape[0]
    d = x.detach().new_zeros(n)
    for i in range(n):
        one = x.detach()[i].clone().requires_grad_()
        full = torch.cat([x.detach()[:i], one[None], x.detach()[i + 1 :]])
        d[i] = torch.autograd.grad(f(full)[i], one)[0]
    return d
