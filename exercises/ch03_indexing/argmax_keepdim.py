"""argmax and argmin: positions, with and without an axis, and what keepdim is for."""

from __future__ import annotations

import torch


def coordinates(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Turn a position in reading order into coordinates, one for each axis.

    Args:
        flat: from 0 to the number of entries - 1. The last axis runs fastest.
        shape: sizes of the axes; at least one axis.

    >>> coordinates(5, (2, 3))
    (1, 2)
    """
    raise NotImplementedError


def where_is_max(x: torch.Tensor) -> tuple[int, ...]:
    """The coordinates of the largest entry.

    Args:
        x: a tensor with at least one axis, not empty, without nan and without equal entries.

    >>> where_is_max(torch.tensor([[1.0, 5.0, 2.0], [0.0, 3.0, 4.0]]))
    (0, 1)
    """
    raise NotImplementedError


def margins(x: torch.Tensor, dim: int) -> torch.Tensor:
    """How far each entry is from the largest one along the axis: 0 for that one, else negative.

    Args:
        x: a tensor of a float dtype with at least one axis. Left as it was.
        dim: an axis of x; a negative one counts from the end.

    Returns:
        A tensor of the shape and dtype of x.

    >>> margins(torch.tensor([[1.0, 5.0, 2.0], [0.0, 3.0, 4.0]]), 1)
    tensor([[-4.,  0., -3.],
            [-4., -1.,  0.]])
    """
    raise NotImplementedError


def nearest(points: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    """The number of the centre that is nearest to each point.

    Args:
        points: (n, d), of a float dtype.
        centres: (k, d), of the same dtype; k is at least 1. No point has two nearest ones.

    Returns:
        int64, (n,): for each point the number of the centre with the smallest Euclidean distance.

    >>> nearest(torch.tensor([[0.0, 1.0], [9.0, 8.0]]), torch.tensor([[9.0, 9.0], [0.0, 0.0]]))
    tensor([1, 0])
    """
    raise NotImplementedError


def accuracy(scores: torch.Tensor, y: torch.Tensor) -> float:
    """The share of the labels that equal the class with the largest score.

    Args:
        scores: (n, classes), or with more axes after these, such as (n, classes, height, width).
            No two classes have the same score. n is at least 1.
        y: int64, the shape of ``scores`` without the axis of the classes.

    Returns:
        A number from 0 to 1.

    >>> scores = torch.tensor([[0.1, 0.9], [0.8, 0.2], [0.7, 0.3], [0.4, 0.6]])
    >>> accuracy(scores, torch.tensor([1, 0, 1, 1]))
    0.75
    """
    raise NotImplementedError
