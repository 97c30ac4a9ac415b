import torch


def stop_gradient(x):
    with torch.no_grad():  # nothing happens in here that could be recorded
        return x


def snapshot(x):
    return x.detach().clone()


def cube_with_frozen_square(x):
    return (x * x).detach() * x


def imitation_loss(learner, teacher, x):
    return (learner(x) - teacher(x).detach()).pow(2).mean()
