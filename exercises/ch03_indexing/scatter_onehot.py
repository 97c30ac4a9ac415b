"""scatter: write to the places that an index names; one-hot codes, counts, sums by class."""

from __future__ import annotations

import torch


def one_hot(y: torch.Tensor, classes: int) -> torch.Tensor:
    """A row for each label, with a 1 in the place of its class and 0 elsewhere.

    Args:
        y: labels from 0 to classes - 1, of any shape; int64, or float32 that holds whole numbers,
            as tables often do. Left as it was.
        classes: how many classes there are, whether or not y contains all of them.

    Returns:
        int64, (*y.shape, classes).

    Raises:
        ValueError: if a label is negative, at least ``classes``, or not whole.

    >>> one_hot(torch.tensor([2, 0]), 3)
    tensor([[0, 0, 1],
            [1, 0, 0]])
    """
    raise NotImplementedError


def count(y: torch.Tensor, classes: int) -> torch.Tensor:
    """How often each class occurs.

    Args:
        y: int64 labels from 0 to classes - 1, of any shape.
        classes: how many classes there are.

    Returns:
        int64, (classes,).

    >>> count(torch.tensor([2, 0, 2, 2]), 4)
    tensor([1, 0, 3, 0])
    """
    raise NotImplementedError


def sum_by_class(values: torch.Tensor, y: torch.Tensor, classes: int) -> torch.Tensor:
    """Add up the rows of each class.

    Args:
        values: (n, d), of a float dtype. Left as it was.
        y: (n,) int64; y[i] is the class of row i.
        classes: how many classes there are.

    Returns:
        (classes, d), dtype of ``values``: row c is the sum of all rows of class c, zeros if there
        are none. Gradients flow back to ``values``.

    >>> sum_by_class(torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), torch.tensor([1, 0, 1]), 3)
    tensor([[3., 4.],
            [6., 8.],
            [0., 0.]])
    """
    raise NotImplementedError
