"""cat lengthens an axis, stack makes a new one."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def cat(tensors: Sequence[torch.Tensor], dim: int) -> torch.Tensor:
    """Join tensors one behind the other along an axis that they have.

    Args:
        tensors: a list or tuple of tensors of one dtype. Left as they were.
        dim: an axis of each of them; a negative one counts from the end.

    Returns:
        A tensor with as many axes as each of them. Along ``dim`` its size is the sum of theirs.

    Raises:
        ValueError: if there are no tensors, if their numbers of axes differ, or if their sizes
            differ on an axis other than ``dim``.

    >>> cat([torch.tensor([[1, 2]]), torch.tensor([[3, 4], [5, 6]])], 0)
    tensor([[1, 2],
            [3, 4],
            [5, 6]])
    """
    raise NotImplementedError


def stack(tensors: Sequence[torch.Tensor], dim: int) -> torch.Tensor:
    """Put tensors side by side along a new axis.

    Args:
        tensors: a list or tuple of tensors of one dtype. Left as they were.
        dim: which axis of the **result** the new one is; a negative one counts from its end.

    Returns:
        A tensor with one axis more than each of them has. ``tensors[i]`` stands at position ``i``
        of axis ``dim``.

    Raises:
        ValueError: if there are no tensors, or if their shapes differ.

    >>> stack([torch.tensor([1, 2]), torch.tensor([3, 4])], -1)
    tensor([[1, 3],
            [2, 4]])
    """
    raise NotImplementedError
