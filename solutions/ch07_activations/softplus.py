"""Softplus: mend what is there, then write its derivative and its inverse."""

import torch


def softplus(x: torch.Tensor, beta: float = 1.0) -> torch.Tensor:
    """log(1 + exp(beta * x)) / beta, elementwise."""
    # log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|)): exp never exceeds 1, and log1p keeps the
    # digits of what is far below 1.
    z = beta * x
    return (z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))) / beta


def softplus_derivative(x: torch.Tensor, beta: float = 1.0) -> torch.Tensor:
    """The derivative of softplus at ``x``, as a formula."""
    return torch.sigmoid(beta * x)  # the beta from inside and the one below cancel


def inverse_softplus(y: torch.Tensor) -> torch.Tensor:
    """The x with softplus(x) = y (beta is 1), for 1e-30 <= y <= 10000."""
    return y + torch.log(-torch.expm1(-y))  # log(exp(y) - 1) with exp(y) taken out
