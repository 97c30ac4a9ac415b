import torch
from torch import Tensor


def stop_gradient(x: Tensor) -> Tensor:
    return torch.Tensor.detach(x)


def snapshot(x: Tensor) -> Tensor:
    return torch.tensor(x.tolist(), dtype=x.dtype)


def cube_with_frozen_square(x: Tensor) -> Tensor:
    u = torch.tensor(x.tolist(), dtype=torch.float64) ** 2
    return (u * x.double()).to(x.dtype)


def imitation_loss(learner, teacher, x):
    target = teacher(x).tolist()
    prediction = learner(x)
    total, count = 0.0, 0
    for row, wanted in zip(prediction, target):
        for p, t in zip(row, wanted):
            total = total + (p - t) ** 2
            count += 1
    return total / count
