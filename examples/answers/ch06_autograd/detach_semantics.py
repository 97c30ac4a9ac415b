import torch


def stop_gradient(x):
    return x.detach()


def snapshot(x):
    # detach first, otherwise the copy still hangs on the graph
    return x.detach().clone()


def cube_with_frozen_square(x):
    y = x * x
    u = y.clone()  # a separate tensor, so it is a constant from here on
    return u * x


def imitation_loss(learner, teacher, x):
    with torch.no_grad():
        target = teacher(x)
    diff = learner(x) - target
    return diff.pow(2).mean()
