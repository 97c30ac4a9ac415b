"""The outer product of two vectors."""

from __future__ import annotations

from torch import Tensor


def outer(a: Tensor, b: Tensor) -> Tensor:
    """Return the matrix of all products ``a[i] * b[j]``.

    Raises ValueError unless both have exactly one axis.
    """
    if a.dim() != 1 or b.dim() != 1:
        raise ValueError("outer() takes vectors")
    return a[:, None] * b
