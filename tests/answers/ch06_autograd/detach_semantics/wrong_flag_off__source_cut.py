def stop_gradient(x):
    x.requires_grad = False
    return x


def snapshot(x):
    return x.detach().clone()


def cube_with_frozen_square(x):
    return (x * x).detach() * x


def imitation_loss(learner, teacher, x):
    return (learner(x) - teacher(x).detach()).pow(2).mean()
