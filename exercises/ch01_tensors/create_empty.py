"""empty(): memory that nobody has written yet."""

from __future__ import annotations

import torch

# In the first five functions, n and m are at least 3. Tell how many elements of `b` depend on what
# happened to lie in memory.


def undefined_a(n: int, m: int) -> int:
    """Count the undefined elements of ``b`` after this code.

    ::

        b = torch.empty(n, m)
        b[0] = 1
        b[:, 0] = 2
    """
    raise NotImplementedError


def undefined_b(n: int, m: int) -> int:
    """Count the undefined elements of ``b`` after this code.

    ::

        b = torch.empty(n, m)
        b *= 0
        b[0] += 1
    """
    raise NotImplementedError


def undefined_c(n: int, m: int) -> int:
    """Count the undefined elements of ``b`` after this code.

    ::

        b = torch.empty(n, m)
        b[::2] = 1
        b[1::2, : m - 1] = 2
    """
    raise NotImplementedError


def undefined_d(n: int, m: int) -> int:
    """Count the undefined elements of ``b`` after this code.

    ::

        b = torch.empty(n * m)
        b[0] = 1
        for i in range(n, n * m):
            b[i] = b[i - n] + 1
    """
    raise NotImplementedError


def undefined_e(n: int, m: int) -> int:
    """Count the undefined elements of ``b`` after this code.

    ::

        a = torch.empty(m)
        a[:2] = 1
        b = torch.empty(n, m)
        b.copy_(a)
    """
    raise NotImplementedError


def interleave(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Take elements from ``a`` and ``b`` in turn, beginning with ``a``.

    Args:
        a: (n,), any dtype.
        b: (n,) or (n - 1,), the same dtype.

    Returns:
        (len(a) + len(b),), the same dtype: a[0], b[0], a[1], b[1], ...

    >>> interleave(torch.tensor([1, 2, 3]), torch.tensor([10, 20]))
    tensor([ 1, 10,  2, 20,  3])
    """
    raise NotImplementedError


def framed(x: torch.Tensor, width: int, value: float) -> torch.Tensor:
    """Put a frame around a matrix.

    Args:
        x: (h, w), any dtype; h and w may be 0.
        width: how many rows and columns the frame has on each side; may be 0.
        value: what the frame is filled with; a number that the dtype of ``x`` can hold.

    Returns:
        (h + 2 * width, w + 2 * width), dtype of ``x``: ``x`` in the middle, ``value`` around it.

    >>> framed(torch.tensor([[5, 6]]), 1, 0)
    tensor([[0, 0, 0, 0],
            [0, 5, 6, 0],
            [0, 0, 0, 0]])
    """
    raise NotImplementedError
