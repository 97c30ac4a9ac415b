"""Forward or reverse? What a Jacobian costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch


def passes(n: int, m: int, mode: str) -> int:
    """Return how many passes the Jacobian of a function with n inputs and m outputs takes.

    ``mode`` is "forward", "reverse" or "central". For "central", a pass is one evaluation of the
    function, for central differences in each input.

    >>> passes(3, 2, "forward"), passes(3, 2, "reverse"), passes(3, 2, "central")
    (3, 2, 6)
    """
    raise NotImplementedError


def cheaper_mode(n: int, m: int) -> str:
    """Return "forward" or "reverse", whichever takes fewer passes; "forward" if they take as many.

    >>> cheaper_mode(1_000_000, 1)
    'reverse'
    """
    raise NotImplementedError


def full_jacobian(
    jvp: Callable[[torch.Tensor], torch.Tensor],
    vjp: Callable[[torch.Tensor], torch.Tensor],
    n: int,
    m: int,
) -> torch.Tensor:
    """Return the Jacobian, of shape (m, n), with as few calls as possible.

    ``jvp(u)`` makes a forward pass and returns J @ u for a float64 tensor u of shape (n,);
    ``vjp(v)`` makes a backward pass and returns v @ J for a float64 tensor v of shape (m,).
    """
    raise NotImplementedError


def multiplications(sizes: Sequence[int], mode: str) -> int:
    """Return how many numbers are multiplied to get the Jacobian of a chain of functions.

    The k-th function goes from ``sizes[k]`` to ``sizes[k + 1]`` numbers, and its Jacobian is known.
    Mode "forward" multiplies the Jacobians beginning at the input, "reverse" at the output.

    >>> multiplications([2, 5, 3], "forward"), multiplications([2, 5, 3, 4], "reverse")
    (30, 100)
    """
    raise NotImplementedError
