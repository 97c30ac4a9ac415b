import torch


def stop_gradient(x):
    return x.detach()


def snapshot(x):
    return x.clone().detach_()


def cube_with_frozen_square(x):
    return (x * x).detach_() * x


def imitation_loss(learner, teacher, x):
    return torch.mean((teacher(x).detach_() - learner(x)) ** 2)
