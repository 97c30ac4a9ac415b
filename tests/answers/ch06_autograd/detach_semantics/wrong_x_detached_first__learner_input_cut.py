import torch


def stop_gradient(x):
    return x.detach()


def snapshot(x):
    return x.detach().clone()


def cube_with_frozen_square(x):
    return (x * x).detach() * x


def imitation_loss(learner, teacher, x):
    x = x.detach()
    return torch.nn.functional.mse_loss(learner(x), teacher(x).detach())
