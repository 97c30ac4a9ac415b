"""Softplus: mend what is there, then write its derivative and its inverse."""

import torch


def softplus(x: torch.Tensor, beta: float = 1.0) -> torch.Tensor:
    """log(1 + exp(beta * x)) / beta, elementwise; shape and dtype (float32, float64) of ``x``.

    beta > 0. Right for |beta * x| up to 10000. Small results are right to three digits, down to
    1e-35. The gradient that autograd finds is right for |beta * x| up to 10000, except that
    nothing is asked of it at exactly 0. ``x`` is not changed.

    >>> softplus(torch.tensor([-1.0, 0.0, 1.0]))
    tensor([0.3133, 0.6931, 1.3133])
    """
    # This does not keep the contract: there are three faults in it.
    return torch.where(beta * x > 20, x, torch.log(1 + torch.exp(beta * x))) / beta


def softplus_derivative(x: torch.Tensor, beta: float = 1.0) -> torch.Tensor:
    """The derivative of softplus at ``x``, as a formula; shape and dtype of ``x``.

    >>> softplus_derivative(torch.tensor([-1.0, 0.0, 1.0]), 2.0)
    tensor([0.1192, 0.5000, 0.8808])
    """
    raise NotImplementedError


def inverse_softplus(y: torch.Tensor) -> torch.Tensor:
    """The x with softplus(x) = y (beta is 1), for 1e-30 <= y <= 10000; shape and dtype of ``y``.

    Right to three digits, and where |x| < 1 to 0.001.

    >>> inverse_softplus(torch.tensor([0.5, 2.0, 100.0]))
    tensor([ -0.4328,   1.8546, 100.0000])
    """
    raise NotImplementedError
