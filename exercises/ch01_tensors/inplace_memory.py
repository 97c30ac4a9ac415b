"""Results in memory that is there already. The first four functions need repair."""

from __future__ import annotations

import torch


def add_into(y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Add ``x`` to ``y`` in the memory of ``y``.

    Args:
        y: of any shape. Holds the sum afterwards, for everybody who looks at its memory.
        x: same shape and dtype. Left as it was.

    Returns:
        ``y``.

    >>> y = torch.tensor([1, 2])
    >>> same = add_into(y, torch.tensor([10, 20]))
    >>> y
    tensor([11, 22])
    """
    total = y + x
    y = total
    return total


def remember(x: torch.Tensor) -> torch.Tensor:
    """Return what ``x`` holds now, safe from all that is written into ``x`` later.

    >>> x = torch.tensor([1, 2])
    >>> kept = remember(x)
    >>> x[0] = 7
    >>> kept
    tensor([1, 2])
    """
    return x[...]


def swap(a: torch.Tensor, b: torch.Tensor) -> None:
    """Exchange what two tensors hold, in their own memory.

    Args:
        a, b: same shape and dtype, no memory in common.

    >>> a, b = torch.tensor([1, 2]), torch.tensor([3, 4])
    >>> swap(a, b)
    >>> a, b
    (tensor([3, 4]), tensor([1, 2]))
    """
    a, b = b, a


def same_memory(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Tell whether two tensors are views of the same memory (the same storage).

    Args:
        a, b: tensors with at least one element each.

    Returns:
        True also if they begin at different places of it.

    >>> x = torch.zeros(5)
    >>> same_memory(x[3:], x[:2]), same_memory(x, x.clone())
    (True, False)
    """
    return id(a) == id(b)


def blend_into(out: torch.Tensor, a: torch.Tensor, b: torch.Tensor, weight: float) -> torch.Tensor:
    """Write ``a + weight * b`` into ``out``.

    Args:
        out: is overwritten. It may be ``a`` or ``b`` itself.
        a, b: float tensors of the shape and dtype of ``out``. Unless they are ``out``, they are
            left as they were.
        weight: a number.

    Returns:
        ``out``.

    >>> out = torch.empty(2)
    >>> blend_into(out, torch.tensor([1.0, 2.0]), torch.tensor([10.0, 20.0]), 0.5)
    tensor([ 6., 12.])
    """
    raise NotImplementedError
