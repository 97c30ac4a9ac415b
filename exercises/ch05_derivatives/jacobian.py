"""The Jacobian, one row for each backward pass. Somebody wrote it in a hurry: repair it."""

from __future__ import annotations

from collections.abc import Callable

import torch

Function = Callable[[torch.Tensor], torch.Tensor]


def jacobian(f: Function, x: torch.Tensor) -> torch.Tensor:
    """Return the matrix of the derivatives of ``f(x)[i]`` by ``x[j]``.

    ``f`` takes a tensor of shape ``(n,)`` and returns one of shape ``(m,)``; the result has shape
    ``(m, n)`` and the dtype of ``x``. ``f`` is called once, and ``x`` is left as it was.

    >>> jacobian(lambda t: torch.stack([t[0] * t[1], t[0], t[1]]), torch.tensor([2.0, 3.0]))
    tensor([[3., 2.],
            [1., 0.],
            [0., 1.]])
    """
    x.requires_grad_()
    y = f(x)
    derivatives = []
    for i in range(len(x)):
        y[i].backward()
        derivatives.append(x.grad)
    return torch.stack(derivatives, dim=1)


def jacobian_of_any_shape(f: Function, x: torch.Tensor) -> torch.Tensor:
    """Return the derivatives of all entries of ``f(x)`` by all entries of ``x``.

    ``x`` and ``f(x)`` have any shapes, 0-d included; the result has the shape of ``f(x)`` followed
    by the shape of ``x``. Otherwise as ``jacobian``.

    >>> jacobian_of_any_shape(lambda t: (t**2).sum(), torch.tensor([[1.0, 2.0]]))
    tensor([[2., 4.]])
    """
    raise NotImplementedError
