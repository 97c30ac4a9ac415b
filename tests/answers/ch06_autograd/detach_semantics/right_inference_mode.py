import torch


@torch.inference_mode()
def stop_gradient(x):
    return x.detach()


@torch.inference_mode()
def snapshot(x):
    return x.clone()


def cube_with_frozen_square(x):
    with torch.inference_mode():
        u = x * x
    return u.clone() * x  # autograd refuses to save an inference tensor, so give it a copy


def imitation_loss(learner, teacher, x):
    with torch.inference_mode():
        target = teacher(x)
    return torch.nn.functional.mse_loss(learner(x), target.clone())
