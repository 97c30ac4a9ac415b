import torch


def gradients(f, inputs):
    ts = [torch.nn.Parameter(t.clone()) for t in inputs]
    out = f(*ts)
    if out.grad_fn is not None:
        out.backward()
    return [t.grad for t in ts]


def second_derivative(f, x):
    z = x.detach().clone()
    z.requires_grad = True
    y = f(z)
    d1 = torch.autograd.grad(y, z, torch.ones_like(y), create_graph=True)[0]
    if d1.grad_fn is None:
        return torch.zeros_like(x)
    d2 = torch.autograd.grad(d1, z, torch.ones_like(d1), allow_unused=True)[0]
    return torch.zeros_like(x) if d2 is None else d2


def gradient_penalty(critic, x):
    z = x.clone().requires_grad_(True)
    y = critic(z)
    g = torch.autograd.grad(y, [z], torch.ones_like(y), create_graph=True, retain_graph=True)[0]
    lengths = g.pow(2).sum(dim=-1).sqrt()
    return torch.mean(torch.square(lengths - 1))
