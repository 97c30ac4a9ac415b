"""Comparing tensors: entry by entry, exactly as a whole, or up to rounding."""

from __future__ import annotations

import torch


def count_equal(a: torch.Tensor, b: torch.Tensor) -> int:
    """In how many places a and b are equal, after broadcasting.

    >>> count_equal(torch.tensor([[1, 2], [3, 2]]), torch.tensor([1, 2]))
    3
    """
    raise NotImplementedError


def identical(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether a and b have the same shape and equal entries everywhere.

    Args:
        a, b: of the same dtype, of any shapes. nan is equal to nothing, not to nan either. Two
            empty tensors of the same shape are identical.

    >>> identical(torch.ones(3), torch.ones(1))
    False
    """
    raise NotImplementedError


def close_enough(a: torch.Tensor, b: torch.Tensor, rtol: float, atol: float) -> bool:
    """Whether every entry of a is within the tolerance of the entry of b.

    An entry is close if ``|a - b| <= atol + rtol * |b|``, or if both are the same infinity. An
    infinity is close to nothing else, and nan to nothing at all.

    Args:
        a, b: of the same shape and the same float dtype.
        rtol, atol: numbers, at least 0.

    >>> close_enough(torch.tensor([0.1 + 0.2]), torch.tensor([0.3]), 1e-5, 1e-8)
    True
    """
    raise NotImplementedError


def verdict(a: torch.Tensor, b: torch.Tensor) -> str:
    """Compare what a program computed with what was expected.

    Args:
        a, b: of the same float dtype.

    Returns:
        "shape" if the shapes differ; else "same" if the two are identical; else "close" if they
        are close enough with rtol 1e-5 and atol 1e-8; else "different".

    >>> verdict(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.5]))
    'different'
    """
    raise NotImplementedError


def broadcast_twin(x: torch.Tensor) -> torch.Tensor:
    """A tensor t of another shape than x such that ``(x == t).all()`` is true.

    Args:
        x: of any shape, not empty, without nan.

    >>> t = broadcast_twin(torch.tensor([1, 2]))
    >>> bool((t == torch.tensor([1, 2])).all()), t.shape == torch.Size([2])
    (True, False)
    """
    raise NotImplementedError


def one_way(rtol: float) -> tuple[float, float]:
    """Two numbers that are close in one order, and not in the other.

    Args:
        rtol: from 0.01 to 0.5.

    Returns:
        (a, b) for which ``close_enough(a, b, rtol, 0)`` would be true and ``close_enough(b, a,
        rtol, 0)`` false, as float64 tensors without axes.

    >>> a, b = one_way(0.1)
    >>> abs(a - b) <= 0.1 * abs(b), abs(b - a) <= 0.1 * abs(a)
    (True, False)
    """
    raise NotImplementedError
