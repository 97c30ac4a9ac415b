def stop_gradient(x):
    y = x * 1  # a new tensor without the history of x
    return y


def snapshot(x):
    return x.detach().clone()


def cube_with_frozen_square(x):
    return (x * x).detach() * x


def imitation_loss(learner, teacher, x):
    return (learner(x) - teacher(x).detach()).pow(2).mean()
