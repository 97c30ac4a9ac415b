"""Inverses and linear systems by elimination, with the pivot chosen well."""

from __future__ import annotations

import torch


def inverse_2x2(a: torch.Tensor) -> torch.Tensor:
    """The inverse of a 2 x 2 matrix by the formula."""
    (p, q), (r, s) = as_floats(a)
    determinant = p * s - q * r
    if determinant == 0:
        raise ValueError("the matrix is singular")
    return torch.stack([torch.stack([s, -q]), torch.stack([-r, p])]) / determinant


def inverse(a: torch.Tensor) -> torch.Tensor:
    """The inverse of a square matrix by Gauss-Jordan elimination."""
    a = as_floats(a)
    return eliminate(a, torch.eye(len(a), dtype=a.dtype))


def solve(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The x with a @ x = b, for one right-hand side or several, without inverting ``a``."""
    a = as_floats(a)
    x = eliminate(a, b.to(a.dtype).reshape(len(a), -1))
    return x.reshape(b.shape)


def eliminate(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Turn ``a`` into the identity by row operations, and do the same operations to ``b``."""
    n = len(a)
    if a.shape != (n, n):
        raise ValueError(f"a square matrix is needed, not {tuple(a.shape)}")
    rows = torch.cat([a, b], dim=1)
    for j in range(n):
        # The largest candidate as the pivot: then no factor is larger than 1 on the way down,
        # and rounding errors are not blown up.
        pivot = j + int(rows[j:, j].abs().argmax())
        if rows[pivot, j] == 0:
            raise ValueError("the matrix is singular")
        rows[[j, pivot]] = rows[[pivot, j]]
        rows[j] = rows[j] / rows[j, j]
        factors = rows[:, j].clone()  # a view would write the 0 into the matrix
        factors[j] = 0
        rows = rows - factors[:, None] * rows[j]
    return rows[:, n:]


def as_floats(a: torch.Tensor) -> torch.Tensor:
    """``a`` itself if it holds floats, else as float32."""
    return a if a.is_floating_point() else a.to(torch.float32)
