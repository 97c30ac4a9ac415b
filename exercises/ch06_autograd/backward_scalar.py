"""Gradients of sums and means, by hand: what backward() would leave in .grad."""

from __future__ import annotations

from torch import Tensor


def sum_gradient(x: Tensor, c: Tensor) -> Tensor:
    """Return the gradient of ``(c * x**3).sum()`` by ``x``.

    ``x`` and ``c`` have the same shape and floating-point dtype, and so has the result.

    >>> sum_gradient(torch.tensor([1.0, 2.0]), torch.tensor([1.0, -1.0]))
    tensor([  3., -12.])
    """
    raise NotImplementedError


def mean_gradient(x: Tensor) -> Tensor:
    """Return the gradient of ``(3 * (x + 2)**2).mean()`` by ``x``.

    ``x`` has any shape with at least one element; the result has its shape and dtype.

    >>> mean_gradient(torch.tensor([[1.0, 1.0], [1.0, 3.0]]))
    tensor([[4.5000, 4.5000],
            [4.5000, 7.5000]])
    """
    raise NotImplementedError


def regression_gradients(x: Tensor, w: Tensor, b: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return the gradients of ``((x @ w + b - y)**2).mean()`` by ``w`` and by ``b``.

    ``x`` has shape (n, k), ``w`` (k, m), ``b`` (m,), ``y`` (n, m), none of them 0. The gradients
    have the shapes and the dtype of ``w`` and ``b``.

    >>> x, y = torch.tensor([[1.0, 2.0]]), torch.tensor([[5.0]])
    >>> regression_gradients(x, torch.ones(2, 1), torch.zeros(1), y)
    (tensor([[-4.],
            [-8.]]), tensor([-4.]))
    """
    raise NotImplementedError
