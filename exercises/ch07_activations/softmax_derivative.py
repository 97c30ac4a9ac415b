"""Softmax: its Jacobian, and the vector-Jacobian product that needs no Jacobian."""

import torch


def softmax_jacobian(x: torch.Tensor) -> torch.Tensor:
    """The derivatives of p = softmax(x) with respect to the logits x, over the last axis.

    x: shape (C,) or (N, C), floating point; the rows of a batch are independent.
    Returns shape (C, C) with J[i, j] = dp[i] / dx[j], or shape (N, C, C) with one such matrix
    per row. The dtype of ``x``; right also for logits around +-10000; ``x`` is not changed.
    Written without automatic differentiation.

    >>> softmax_jacobian(torch.zeros(2))
    tensor([[ 0.2500, -0.2500],
            [-0.2500,  0.2500]])
    """
    raise NotImplementedError


def softmax_vjp(x: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """The vector-Jacobian product: v @ softmax_jacobian(x), row by row for a batch.

    x: shape (C,) or (N, C), floating point; v: the same shape and dtype.
    Returns that shape and dtype. Must work for tens of thousands of classes, where the
    Jacobian does not fit into memory; right also for logits around +-10000; ``x`` and ``v`` are
    not changed. Raises ValueError if the shapes of ``x`` and ``v`` differ.
    Written without automatic differentiation.

    >>> softmax_vjp(torch.zeros(2), torch.tensor([1.0, 3.0]))
    tensor([-0.5000,  0.5000])
    """
    raise NotImplementedError
