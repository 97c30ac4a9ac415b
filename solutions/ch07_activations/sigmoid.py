"""The sigmoid, its derivative, and its backward pass."""

import torch


def sigmoid(x: torch.Tensor) -> torch.Tensor:
    """1 / (1 + exp(-x)), elementwise; right for every x, gradient included."""
    e = torch.exp(-x.abs())  # at most 1, so nothing overflows, forward or backward
    return torch.where(x >= 0, 1.0, e) / (1.0 + e)


def sigmoid_derivative(x: torch.Tensor) -> torch.Tensor:
    """The derivative of the sigmoid at ``x``, as a formula."""
    y = sigmoid(x)
    return y * (1.0 - y)


def sigmoid_backward(y: torch.Tensor, grad: torch.Tensor) -> torch.Tensor:
    """The gradient by x, from the output y = sigmoid(x) and the gradient ``grad`` by y."""
    return grad * y * (1.0 - y)
