import torch


class FrozenSquareCube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x * x

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return upstream * x * x


class Stop(torch.autograd.Function):
    """Identity forwards, nothing backwards."""

    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, upstream):
        return None


def stop_gradient(x):
    return x.detach().view(x.shape) if x.is_contiguous() else x.detach()


def snapshot(x):
    return torch.clone(stop_gradient(x), memory_format=torch.contiguous_format)


def cube_with_frozen_square(x):
    return FrozenSquareCube.apply(x)


def imitation_loss(learner, teacher, x):
    return (learner(x) - Stop.apply(teacher(x))).square().mean()
