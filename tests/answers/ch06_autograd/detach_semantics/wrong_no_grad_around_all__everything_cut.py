import torch


def stop_gradient(x):
    return x.detach()


def snapshot(x):
    return x.detach().clone()


def cube_with_frozen_square(x):
    with torch.no_grad():
        u = x * x
        z = u * x
    return z


def imitation_loss(learner, teacher, x):
    return (learner(x) - teacher(x).detach()).pow(2).mean()
