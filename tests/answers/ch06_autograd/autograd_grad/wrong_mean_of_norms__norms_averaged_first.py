import torch


def gradients(f, inputs):
    mine = [t.detach().clone().requires_grad_() for t in inputs]
    y = f(*mine)
    if not y.requires_grad:
        return [torch.zeros_like(t) for t in inputs]
    return list(torch.autograd.grad(y, mine, allow_unused=True, materialize_grads=True))


def second_derivative(f, x):
    x = x.detach().clone().requires_grad_()
    (first,) = torch.autograd.grad(f(x).sum(), x, create_graph=True)
    if not first.requires_grad:
        return torch.zeros_like(first)
    (second,) = torch.autograd.grad(first.sum(), x, allow_unused=True)
    return torch.zeros_like(first) if second is None else second


def gradient_penalty(critic, x):
    x = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return (g.norm(dim=1).mean() - 1) ** 2
