"""Axes of size 1, put in and taken out: the numbers stay, only the shape changes."""

from __future__ import annotations

import torch


def unsqueeze(x: torch.Tensor, dim: int) -> torch.Tensor:
    """Put a new axis of size 1 into ``x``.

    Args:
        x: a tensor of any shape and dtype. Left as it was.
        dim: which axis of the **result** the new one is, from ``-(x.dim() + 1)`` to ``x.dim()``.

    Returns:
        The same numbers with one axis more.

    Raises:
        IndexError: if the result has no axis ``dim``.

    >>> unsqueeze(torch.tensor([7, 8]), -1)
    tensor([[7],
            [8]])
    """
    raise NotImplementedError


def squeeze(x: torch.Tensor, dim: int) -> torch.Tensor:
    """Take axis ``dim`` out of ``x`` if it has size 1.

    Args:
        x: a tensor with at least one axis, of any dtype. Left as it was.
        dim: an axis of ``x``, from ``-x.dim()`` to ``x.dim() - 1``.

    Returns:
        The same numbers without that axis; if it is longer or empty, the shape stays.

    Raises:
        IndexError: if ``x`` has no axis ``dim``.

    >>> squeeze(torch.tensor([[7, 8]]), 0)
    tensor([7, 8])
    """
    raise NotImplementedError


def squeeze_examples(batch: torch.Tensor) -> torch.Tensor:
    """Take all axes of size 1 out of a batch, except axis 0.

    Args:
        batch: a tensor with at least one axis; axis 0 counts the examples. Left as it was.

    Returns:
        The same numbers. The result always has the axis of the examples, whatever its size.

    >>> squeeze_examples(torch.zeros(1, 3, 1, 1)).shape
    torch.Size([1, 3])
    """
    raise NotImplementedError
