"""empty(): memory that nobody has written yet."""

from __future__ import annotations

import torch


def undefined_a(n: int, m: int) -> int:
    """Count what is in neither the first row nor the first column."""
    return (n - 1) * (m - 1)


def undefined_b(n: int, m: int) -> int:
    """Count everything: 0 times something unknown, or that plus 1, is unknown."""
    return n * m


def undefined_c(n: int, m: int) -> int:
    """Count the last element of every odd row."""
    return n // 2


def undefined_d(n: int, m: int) -> int:
    """Count all but every n-th element: only those go back to b[0]."""
    return n * m - m


def undefined_e(n: int, m: int) -> int:
    """Count all columns but two: every row is a copy of ``a``."""
    return n * (m - 2)


def interleave(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Take elements from ``a`` and ``b`` in turn, beginning with ``a``."""
    result = torch.empty(len(a) + len(b), dtype=a.dtype)
    result[::2] = a
    result[1::2] = b
    return result


def framed(x: torch.Tensor, width: int, value: float) -> torch.Tensor:
    """Put a frame around a matrix."""
    h, w = x.shape
    result = torch.empty(h + 2 * width, w + 2 * width, dtype=x.dtype)
    result.fill_(value)  # all of it, so that no corner can be forgotten
    result[width : width + h, width : width + w] = x
    return result
