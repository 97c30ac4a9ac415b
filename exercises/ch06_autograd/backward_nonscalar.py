"""backward() from more than one number: a vector times the Jacobian."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor


def vjp(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    """Return v J, where J is the Jacobian of ``f`` at ``x``.

    Entry j is the sum over all outputs i of v_i times df_i/dx_j.
    ``x`` and ``f(x)`` are floating-point tensors of any shapes, and ``f(x)`` depends on ``x``. The
    result has the shape and dtype of ``x``; ``x`` and ``x.grad`` stay as they were. ValueError if
    ``v`` has not the shape of ``f(x)``.

    >>> f = lambda t: torch.stack([t[0] * t[1], t[0] + 2 * t[1]])
    >>> vjp(f, torch.tensor([3.0, 5.0]), torch.tensor([1.0, 10.0]))
    tensor([15., 23.])
    """
    raise NotImplementedError


def jacobian_diagonal(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Return the diagonal of the Jacobian of ``f`` at ``x``: entry i is df_i/dx_i.

    ``x`` and ``f(x)`` are floating-point tensors of shape (n,), n >= 1, and so is the result. Any
    entry of ``f(x)`` may depend on any entries of ``x``. ``x`` and ``x.grad`` stay as they were.

    >>> f = lambda t: torch.stack([t[0] * t[1], t[0] + 2 * t[1]])
    >>> jacobian_diagonal(f, torch.tensor([3.0, 5.0]))
    tensor([5., 2.])
    """
    raise NotImplementedError
