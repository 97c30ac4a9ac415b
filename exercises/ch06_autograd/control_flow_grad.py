"""Gradients through if and while: only what really ran is in the graph."""

from __future__ import annotations

from torch import Tensor


def scale_up(a: Tensor) -> Tensor:
    """Return ``a`` doubled once, and again until its norm is at least 1000.

    If the sum is not positive then, the result is 100 times that.

    ``a`` is a floating-point tensor with at least one element; the result has its shape and dtype,
    and gradients flow through it. ValueError if all elements are 0.

    >>> scale_up(torch.tensor([300.0, 400.0]))
    tensor([600., 800.])
    >>> scale_up(torch.tensor([-300.0, 0.0]))
    tensor([-120000.,       0.])
    """
    raise NotImplementedError


def scale_up_slope(a: Tensor) -> float:
    """Return the number k with ``scale_up(a) == k * a`` near ``a``.

    ``a`` is as for ``scale_up`` and not all 0; single elements may be 0.

    >>> scale_up_slope(torch.tensor([-300.0, 0.0]))
    400.0
    """
    raise NotImplementedError


def clip_norm(v: Tensor, limit: float) -> Tensor:
    """Return ``v``, shortened to the norm ``limit`` if its norm is larger.

    ``v`` is a floating-point tensor of any shape, its norm the root of the sum of all squares, and
    ``limit > 0``. The result has the shape and dtype of ``v``. The gradient is that of the whole
    formula, also of the norm in it, and finite where ``v`` is 0.

    >>> clip_norm(torch.tensor([3.0, 4.0]), 1.0)
    tensor([0.6000, 0.8000])
    """
    raise NotImplementedError


def kepler(m: Tensor, e: Tensor) -> Tensor:
    """Return the solution E of ``E = m + e * sin(E)``, differentiable by ``m`` and ``e``.

    ``m`` and ``e`` are 0-d float64 tensors with ``0 <= e <= 0.8``, and so is the result. Its error
    and that of its gradients is at most 1e-8.

    >>> m = torch.tensor(1.0, dtype=torch.float64)
    >>> kepler(m, torch.tensor(0.5, dtype=torch.float64))
    tensor(1.4987, dtype=torch.float64)
    """
    raise NotImplementedError
