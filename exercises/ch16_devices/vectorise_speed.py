"""Distances, moving maxima and neighbours, without a loop in Python."""

from __future__ import annotations

from torch import Tensor


def squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """Return the squared Euclidean distance of every point of ``x`` to every point of ``y``.

    Args:
        x: N points, shape (N, D), floating dtype.
        y: M points, shape (M, D), dtype of ``x``.

    Returns:
        A tensor of shape (N, M) and of the dtype of ``x``; entry [i, j] is the sum of the squared
        differences of ``x[i]`` and ``y[j]``. No entry is negative. It is accurate for points far
        from the origin too, and exact for coordinates that are whole numbers up to 1000.

    >>> squared_distances(torch.tensor([[0.0, 0.0], [1.0, 1.0]]), torch.tensor([[3.0, 4.0]]))
    tensor([[25.],
            [13.]])
    """
    raise NotImplementedError


def moving_maximum(x: Tensor, width: int) -> Tensor:
    """Return the largest value of each window of ``width`` neighbours along the last axis.

    Args:
        x: a tensor of shape (..., L) with any number of axes, float or integer.
        width: the number of neighbours in a window, at least 1.

    Returns:
        A tensor of shape (..., L - width + 1) and of the dtype of ``x``; entry [..., i] is the
        largest of x[..., i], ..., x[..., i + width - 1].

    Raises:
        ValueError: ``width`` is less than 1 or greater than L.

    >>> moving_maximum(torch.tensor([1, 5, 2, 0, 3]), 3)
    tensor([5, 5, 3])
    """
    raise NotImplementedError


def neighbours(x: Tensor, radius: float) -> Tensor:
    """Count for each point how many of the others lie within ``radius`` of it.

    Args:
        x: N points, shape (N, D), floating dtype.
        radius: the greatest distance of a neighbour, at least 0; a point exactly at this
            distance counts.

    Returns:
        A tensor of shape (N,), dtype int64. No point is its own neighbour; another point at the
        same place is one.

    >>> neighbours(torch.tensor([[0.0], [2.0], [3.0], [3.0]]), 2.0)
    tensor([1, 3, 2, 2])
    """
    raise NotImplementedError
