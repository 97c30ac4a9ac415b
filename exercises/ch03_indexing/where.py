"""where: choose entry by entry, and keep the branch not chosen out of the gradient, too."""

from __future__ import annotations

import torch


def choose(condition: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The entry of ``a`` where the condition is true, of ``b`` where it is false.

    Args:
        condition: bool.
        a, b: of the same dtype, whichever it is. The shapes of all three are broadcast. They are
            left as they were.

    Returns:
        A tensor of the broadcast shape. What isn't chosen has no influence, be it nan or inf.

    >>> choose(torch.tensor([True, False]), torch.tensor([1, 2]), torch.tensor([[10], [20]]))
    tensor([[ 1, 10],
            [ 1, 20]])
    """
    raise NotImplementedError


def safe_log(x: torch.Tensor) -> torch.Tensor:
    """The logarithm of every positive entry, and 0 for the others.

    Args:
        x: of a float dtype, of any shape, without nan.

    Returns:
        A tensor of the same shape and dtype. Its derivative by x is 1/x for a positive entry and 0
        for the others.

    >>> safe_log(torch.tensor([1.0, 0.0, -2.0, 4.0]))
    tensor([0.0000, 0.0000, 0.0000, 1.3863])
    """
    raise NotImplementedError


def safe_div(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """``a / b``, and 0 where b is 0.

    Args:
        a, b: of the same float dtype, finite; their shapes are broadcast.

    Returns:
        A tensor of the broadcast shape. Its derivatives are those of a / b where b isn't 0; where
        it is, both are 0.

    >>> safe_div(torch.tensor([1.0, 2.0, 0.0]), torch.tensor([4.0, 0.0, 0.0]))
    tensor([0.2500, 0.0000, 0.0000])
    """
    raise NotImplementedError
