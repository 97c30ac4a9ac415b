import torch


def stop_gradient(x):
    return x.detach()


def snapshot(x):
    return torch.tensor(x.tolist())


def cube_with_frozen_square(x):
    return (x * x).detach() * x


def imitation_loss(learner, teacher, x):
    return (learner(x) - teacher(x).detach()).pow(2).mean()
