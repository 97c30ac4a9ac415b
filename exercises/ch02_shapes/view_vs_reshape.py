"""view never copies, reshape does when it has to; what decides is how the numbers lie in memory."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def clear_first(x: torch.Tensor, count: int) -> None:
    """Set the first ``count`` entries of ``x``, in reading order, to 0, in place.

    The code below has a mistake: mend it.

    Args:
        x: a tensor of any shape, dtype and memory layout. It is written to.
        count: from 0 to the number of entries of ``x``.

    >>> x = torch.tensor([[1, 3], [2, 4]]).t()
    >>> clear_first(x, 3)
    >>> x
    tensor([[0, 0],
            [0, 4]])
    """
    x.reshape(-1)[:count] = 0


def is_contiguous(shape: Sequence[int], stride: Sequence[int]) -> bool:
    """Tell whether a tensor of this shape and stride is contiguous.

    Args:
        shape: sizes >= 0. ``()`` is the shape of a 0-d tensor.
        stride: as many steps >= 0: how far apart in memory two neighbours on an axis lie.

    Returns:
        What ``x.is_contiguous()`` says of such a tensor.

    >>> is_contiguous((2, 3), (3, 1)), is_contiguous((2, 3), (1, 2))
    (True, False)
    """
    raise NotImplementedError


def not_viewable(values: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
    """Make a tensor that ``view(shape)`` refuses.

    Args:
        values: a tensor with two axes or more, each of size 2 or more, in contiguous memory.
        shape: the shape of ``values`` with two or more neighbouring axes merged into one.

    Returns:
        A tensor ``x`` with the shape and the numbers of ``values``, for which ``x.view(shape)``
        raises ``RuntimeError`` while ``x.reshape(shape)`` works, by copying.
    """
    raise NotImplementedError


def viewable(values: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
    """Make a tensor that isn't contiguous, and that ``view(shape)`` accepts all the same.

    Args:
        values: a tensor with two entries or more, in contiguous memory.
        shape: a shape with the same number of entries.

    Returns:
        A tensor ``x`` with the shape and the numbers of ``values``. ``x.is_contiguous()`` is
        ``False``, and ``x.view(shape)`` works.
    """
    raise NotImplementedError
