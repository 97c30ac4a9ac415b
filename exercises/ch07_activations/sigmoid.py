"""The sigmoid, its derivative, and its backward pass."""

import torch


def sigmoid(x: torch.Tensor) -> torch.Tensor:
    """1 / (1 + exp(-x)), elementwise; shape and dtype (float32 or float64) of ``x``.

    Right for every x, +-10000 and +-inf included. Small results are right to three digits, down to
    1e-35, and the gradient that autograd finds is right for |x| up to 10000, except that nothing
    is asked of it at exactly 0. ``x`` is not changed.

    >>> sigmoid(torch.tensor([-1.0, 0.0, 1.0]))
    tensor([0.2689, 0.5000, 0.7311])
    """
    raise NotImplementedError


def sigmoid_derivative(x: torch.Tensor) -> torch.Tensor:
    """The derivative of the sigmoid at ``x``, as a formula; shape and dtype of ``x``.

    Right for |x| up to 10000.

    >>> sigmoid_derivative(torch.tensor([-1.0, 0.0, 1.0]))
    tensor([0.1966, 0.2500, 0.1966])
    """
    raise NotImplementedError


def sigmoid_backward(y: torch.Tensor, grad: torch.Tensor) -> torch.Tensor:
    """The gradient by x, from the output y = sigmoid(x) and the gradient ``grad`` by y.

    y, grad, result: same shape and dtype. x itself is no longer there.

    >>> sigmoid_backward(torch.tensor([0.5, 0.2]), torch.tensor([4.0, 10.0]))
    tensor([1.0000, 1.6000])
    """
    raise NotImplementedError
