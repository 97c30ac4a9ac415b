"""Products: every number is a sum of products, and batch axes broadcast."""

from __future__ import annotations

import torch


def dot(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The dot product of two vectors of the same length."""
    if a.dim() != 1 or a.shape != b.shape:
        raise ValueError(f"two vectors of one length are needed, not {a.shape} and {b.shape}")
    return (a * b).sum()


def mv(m: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """The matrix ``m`` times the vector ``v``: the dot product of ``v`` with each row."""
    return (m * v).sum(dim=1)


def mm(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The product of two matrices: row i of ``a`` with column j of ``b``."""
    return (a[:, :, None] * b).sum(dim=1)


def matmul(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The matrix product of the last two axes, all others broadcast, as ``a @ b`` does it."""
    if a.dim() == 0 or b.dim() == 0:
        raise ValueError("a number has no rows and columns")
    right = b[:, None] if b.dim() == 1 else b
    if a.shape[-1] != right.shape[-2]:
        raise ValueError(f"{a.shape} and {b.shape} do not fit")
    # (..., n, k, 1) * (..., 1, k, p): the multiplication broadcasts the batch axes as well, and
    # lends a vector on the left the axis of its only row.
    product = (a[..., None] * right[..., None, :, :]).sum(dim=-2)
    if a.dim() == 1:
        product = product.squeeze(-2)
    return product.squeeze(-1) if b.dim() == 1 else product
