"""Derivatives of vectors by vectors: their shapes, and the ones that are used every day.

Numerator layout throughout. Vectors are 1-d tensors and count as columns.
All tensors of one call have the same dtype, float32 or float64, and so has the result.
No argument is changed.
"""

from __future__ import annotations

import torch


def jacobian_shape(y_shape: tuple[int, ...], x_shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of dy/dx in numerator layout, for tensors y and x of any shapes.

    >>> jacobian_shape((2,), (3,))
    (2, 3)
    """
    raise NotImplementedError


def d_linear(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of A x by x. a: (m, n), x: (n,). Returns (m, n).

    >>> d_linear(torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), torch.ones(2)).shape
    torch.Size([3, 2])
    """
    raise NotImplementedError


def d_linear_by_matrix(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of A x by A. a: (m, n), x: (n,). Returns (m, m, n).

    Entry (i, j, k) is the derivative of number i of A x by a[j, k].

    >>> d_linear_by_matrix(torch.zeros(2, 1), torch.tensor([3.0]))
    tensor([[[3.],
             [0.]],
    <BLANKLINE>
            [[0.],
             [3.]]])
    """
    raise NotImplementedError


def d_quadratic(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of x^T A x by x. a: (n, n), any square matrix; x: (n,). Returns (1, n).

    >>> d_quadratic(torch.tensor([[1.0, 2.0], [0.0, 3.0]]), torch.tensor([1.0, 1.0]))
    tensor([[4., 8.]])
    """
    raise NotImplementedError


def d_least_squares(a: torch.Tensor, x: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The derivative of ||A x - b||^2 by x. a: (m, n), x: (n,), b: (m,). Returns (1, n).

    >>> d_least_squares(torch.tensor([[1.0, 2.0]]), torch.tensor([1.0, 1.0]), torch.tensor([1.0]))
    tensor([[4., 8.]])
    """
    raise NotImplementedError


def d_layers(w1: torch.Tensor, w2: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of W2 tanh(W1 x) by x. w1: (h, n), w2: (m, h), x: (n,). Returns (m, n).

    >>> d_layers(torch.tensor([[2.0]]), torch.tensor([[5.0]]), torch.tensor([0.0]))
    tensor([[10.]])
    """
    raise NotImplementedError


def descend(a: torch.Tensor, x: torch.Tensor, b: torch.Tensor, lr: float) -> torch.Tensor:
    """One step of gradient descent on ||A x - b||^2. Returns the new x, shape (n,).

    >>> descend(torch.tensor([[1.0, 2.0]]), torch.tensor([1.0, 1.0]), torch.tensor([1.0]), 0.1)
    tensor([0.6000, 0.2000])
    """
    raise NotImplementedError
