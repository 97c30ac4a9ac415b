import torch
from torch.autograd import functional


def gradients(f, inputs):
    def wrapped(*ts):
        return f(*ts) + sum((t * 0).sum() for t in ts)

    return list(functional.jacobian(wrapped, tuple(t.detach() for t in inputs)))


def second_derivative(f, x):
    def slope(t):
        return functional.vjp(f, t, torch.ones_like(t), create_graph=True)[1]

    return functional.vjp(slope, x.detach(), torch.ones_like(x))[1]


def gradient_penalty(critic, x):
    total = 0
    for i in range(len(x)):
        g = functional.jacobian(lambda row: critic(row[None])[0], x[i].detach(), create_graph=True)
        total = total + (g.norm() - 1) ** 2
    return total / len(x)
