import torch


def stop_gradient(x):
    with torch.no_grad():
        return x[...]


def snapshot(x):
    with torch.no_grad():
        return 1 * x


@torch.no_grad()
def square(x):
    return torch.square(x)


def cube_with_frozen_square(x):
    return torch.mul(square(x), x)


def imitation_loss(learner, teacher, x):
    quiet_teacher = torch.no_grad()(teacher)
    difference = quiet_teacher(x) - learner(x)
    return torch.mean(difference * difference)
