import torch


def gradients(f, inputs):
    answer = []
    for k in range(len(inputs)):
        args = [t.clone() for t in inputs]
        args[k].requires_grad = True
        y = f(*args) + 0 * args[k].sum()
        answer += torch.autograd.grad(y, args[k])
    return answer


def second_derivative(f, x):
    x = x.detach().clone()
    x.requires_grad = True
    y = f(x).sum() + (x * 0).pow(2).sum()
    (first,) = torch.autograd.grad(y, x, create_graph=True)
    (second,) = torch.autograd.grad(first, x, torch.ones_like(first), materialize_grads=True)
    return second


def gradient_penalty(critic, x):
    terms = []
    for row in x.split(1):
        row = row.detach().requires_grad_()
        g = torch.autograd.grad(critic(row).squeeze(), row, create_graph=True)[0]
        terms.append(torch.linalg.norm(g).sub(1).square())
    return torch.stack(terms).mean()
