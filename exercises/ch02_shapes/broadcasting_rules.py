"""Broadcasting: which shapes fit together, and what the stretched tensors hold."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def broadcast_shape(*shapes: Sequence[int]) -> tuple[int, ...]:
    """Return the shape that all ``shapes`` broadcast to.

    Args:
        shapes: any number of shapes, each a tuple or ``torch.Size`` of sizes >= 0.
            ``()`` is the shape of a 0-d tensor.

    Returns:
        A tuple of ints. With no shapes at all it is ``()``.

    Raises:
        ValueError: if the shapes do not broadcast.

    >>> broadcast_shape((4, 1), (3,))
    (4, 3)
    """
    raise NotImplementedError


def broadcast_pair(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Stretch ``a`` and ``b`` to the shape that they broadcast to.

    Args:
        a, b: tensors of any shape and dtype. They are left as they were.

    Returns:
        ``a`` and ``b``, in this order, each with the common shape and with its own dtype.
        Whether they are views or copies makes no difference.

    Raises:
        ValueError: if the shapes do not broadcast.

    >>> broadcast_pair(torch.tensor([[1], [2]]), torch.tensor([7, 8]))
    (tensor([[1, 1], [2, 2]]), tensor([[7, 8], [7, 8]]))
    """
    raise NotImplementedError
