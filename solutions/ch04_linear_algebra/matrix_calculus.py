"""Derivatives of vectors by vectors: their shapes, and the ones that are used every day."""

from __future__ import annotations

import torch


def jacobian_shape(y_shape: tuple[int, ...], x_shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of dy/dx in numerator layout: the axes of y, then those of x."""
    return (*y_shape, *x_shape)


def d_linear(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of A x by x."""
    return a


def d_linear_by_matrix(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of A x by A: entry (i, j, k) is that of y_i by a_jk."""
    return torch.eye(len(a), dtype=a.dtype)[:, :, None] * x


def d_quadratic(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of x^T A x by x, a row."""
    return (x @ (a + a.T))[None, :]


def d_least_squares(a: torch.Tensor, x: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The derivative of ||A x - b||^2 by x, a row."""
    return (2 * (a @ x - b) @ a)[None, :]


def d_layers(w1: torch.Tensor, w2: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of W2 tanh(W1 x) by x: the factors in the order of the functions."""
    slope = 1 - torch.tanh(w1 @ x) ** 2
    return w2 @ (slope[:, None] * w1)


def descend(a: torch.Tensor, x: torch.Tensor, b: torch.Tensor, lr: float) -> torch.Tensor:
    """One step of gradient descent on ||A x - b||^2."""
    return x - lr * d_least_squares(a, x, b).reshape(-1)
