"""Products: every number is a sum of products, and batch axes broadcast."""

from __future__ import annotations

import torch


def dot(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The dot product of two vectors of the same length.

    a, b: shape (n,), the same dtype (float32, float64 or int64); n may be 0.
    Returns a 0-d tensor of that dtype.
    Raises ValueError if an argument has another number of axes than one, or the lengths differ.

    >>> dot(torch.tensor([1, 2, 3]), torch.tensor([4, 5, 6]))
    tensor(32)
    """
    raise NotImplementedError


def mv(m: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """The matrix ``m`` times the vector ``v``.

    m: shape (n, k); v: shape (k,), the same dtype. Returns shape (n,), that dtype.

    >>> mv(torch.tensor([[1, 2, 3], [0, 1, 0]]), torch.tensor([4, 5, 6]))
    tensor([32,  5])
    """
    raise NotImplementedError


def mm(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The product of two matrices.

    a: shape (n, k); b: shape (k, p), the same dtype. Returns shape (n, p), that dtype.

    >>> mm(torch.tensor([[1, 2]]), torch.tensor([[3, 5], [4, 6]]))
    tensor([[11, 17]])
    """
    raise NotImplementedError


def matmul(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The matrix product of the last two axes, all others broadcast, as ``a @ b`` does it.

    a: shape (..., n, k) or (k,); b: shape (..., k, p) or (k,), the same dtype.
    A 1-d ``a`` counts as one row and a 1-d ``b`` as one column; the axis that this adds is
    missing from the result. Raises ValueError if an argument is 0-d or if the two k differ.

    >>> matmul(torch.tensor([10, 1]), torch.tensor([[1, 2, 3], [4, 5, 6]]))
    tensor([14, 25, 36])
    """
    raise NotImplementedError
