def stop_gradient(x):
    x.register_hook(lambda gradient: gradient / 2)
    return x


def snapshot(x):
    return x.detach().clone()


def cube_with_frozen_square(x):
    x.register_hook(lambda gradient: gradient / 3)
    return x**3


def imitation_loss(learner, teacher, x):
    return (learner(x) - teacher(x).detach()).pow(2).mean()
