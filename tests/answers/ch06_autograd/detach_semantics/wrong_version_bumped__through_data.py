def stop_gradient(x):
    x.detach().mul_(1)  # a write that autograd notices; the next one it won't
    return x.data


def snapshot(x):
    return x.detach().clone()


def cube_with_frozen_square(x):
    return (x * x).detach() * x


def imitation_loss(learner, teacher, x):
    return (learner(x) - teacher(x).detach()).pow(2).mean()
