import torch
import torch.nn.functional as F


class Frozen:
    """Calls a function and forgets how it computed."""

    def __init__(self, function):
        self.function = function

    def __call__(self, x):
        return self.function(x).detach()


def stop_gradient(x):
    return torch.detach(x)


def snapshot(x):
    copy = torch.zeros_like(x, requires_grad=False)
    copy += stop_gradient(x)
    return copy


def cube_with_frozen_square(x):
    # x^3/3 has the right slope; the other two thirds of the value are a constant
    third = x**3 / 3
    return third + (2 * third).detach()


def imitation_loss(learner, teacher, x):
    return F.mse_loss(learner(x), Frozen(teacher)(x), reduction="sum") / learner(x).numel()
