import torch


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * x**2


def stop_gradient(x):
    return x.detach().view_as(x)


def snapshot(x):
    return x.new_tensor(x.detach())


def cube_with_frozen_square(x):
    return Cube.apply(x)


def imitation_loss(learner, teacher, x):
    return torch.nn.MSELoss()(learner(x), torch.as_tensor(teacher(x)).detach())
