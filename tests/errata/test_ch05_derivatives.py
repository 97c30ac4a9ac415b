"""What the notes say of derivatives, and what is true."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.autograd import graph


def test_central_difference() -> None:
    """With f(x + h) twice the quotient is 0 for every f; with f(x - h) it is of second order."""
    errors = []
    for h in (0.1, 0.05):
        printed = (math.exp(1 + h) - math.exp(1 + h)) / (2 * h)
        assert printed == 0
        errors.append(abs((math.exp(1 + h) - math.exp(1 - h)) / (2 * h) - math.e))
    assert round(errors[0] / errors[1], 1) == 4.0


def saved_in_a_chain(depth: int) -> int:
    """How many tensors a recorded forward pass keeps for the backward pass."""
    kept: list[Tensor] = []

    def keep(tensor: Tensor) -> Tensor:
        kept.append(tensor)
        return tensor

    x = torch.ones(3, requires_grad=True)
    with graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        for _ in range(depth):
            x = x.sin()
    return len(kept)


def test_memory_of_reverse_mode() -> None:
    """Reverse mode keeps something of every operation; forward mode keeps nothing."""
    assert [saved_in_a_chain(depth) for depth in (1, 10, 100)] == [1, 10, 100]
    kept: list[Tensor] = []

    def keep(tensor: Tensor) -> Tensor:
        kept.append(tensor)
        return tensor

    value, slope = torch.full((3,), 0.5), torch.ones(3)
    with graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        for _ in range(100):
            value, slope = value.sin(), slope * value.cos()
    x = torch.full((3,), 0.5, requires_grad=True)
    y = x
    for _ in range(100):
        y = y.sin()
    (gradient,) = torch.autograd.grad(y.sum(), x)
    assert torch.allclose(slope, gradient)
    assert not kept


def test_size_of_the_gradient() -> None:
    """The partial derivatives are the gradient's entries; its size is the steepest slope."""
    x = torch.tensor([1.0, 1.0], requires_grad=True)
    (gradient,) = torch.autograd.grad(x[0] ** 2 + 2 * x[1] ** 2, x)
    assert gradient.tolist() == [2, 4]
    angles = torch.linspace(0, 2 * math.pi, 3601)
    slopes = angles.cos() * gradient[0] + angles.sin() * gradient[1]
    assert math.isclose(slopes.max().item(), math.sqrt(20), rel_tol=1e-5)
    assert math.isclose(gradient.norm().item(), math.sqrt(20), rel_tol=1e-5)
