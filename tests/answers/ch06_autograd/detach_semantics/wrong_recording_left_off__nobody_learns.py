import torch


def stop_gradient(x):
    return x.detach()


def snapshot(x):
    return x.detach().clone()


def cube_with_frozen_square(x):
    return (x * x).detach() * x


def imitation_loss(learner, teacher, x):
    prediction = learner(x)
    torch.set_grad_enabled(False)
    target = teacher(x)
    return ((prediction - target) ** 2).mean()
