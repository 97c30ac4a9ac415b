"""An axis of size 1 in the right place, and broadcasting meets everything with everything."""

from __future__ import annotations

import torch


def outer_sum(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Return the table of all sums.

    Args:
        a: (m,).
        b: (n,), of the same dtype.

    Returns:
        (m, n), with a[i] + b[j] at (i, j).

    >>> outer_sum(torch.tensor([10, 20, 30]), torch.tensor([1, 2]))
    tensor([[11, 12],
            [21, 22],
            [31, 32]])
    """
    raise NotImplementedError


def outer_product(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Return all products of an entry of ``a`` and an entry of ``b``.

    Args:
        a, b: tensors of any shape, of the same dtype.

    Returns:
        Its shape is that of ``a`` followed by that of ``b``. For matrices:
        result[i, j, k, l] = a[i, j] * b[k, l].

    >>> outer_product(torch.ones(2, 3), torch.ones(4)).shape
    torch.Size([2, 3, 4])
    """
    raise NotImplementedError


def length_mask(lengths: torch.Tensor, size: int) -> torch.Tensor:
    """Tell for each row of a padded batch which positions are real.

    Args:
        lengths: (n,) int64, entries from 0 to ``size``.
        size: how many positions a row has.

    Returns:
        (n, size), bool: True at (i, j) if j is less than lengths[i].

    >>> length_mask(torch.tensor([1, 3]), 4)
    tensor([[ True, False, False, False],
            [ True,  True,  True, False]])
    """
    raise NotImplementedError


def pairwise_distance(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the Euclidean distance of every row of ``x`` from every row of ``y``.

    Args:
        x: (..., m, d), floating.
        y: (..., n, d), with the same batch axes (perhaps none) and dtype as ``x``.

    Returns:
        (..., m, n). Accurate also where all points are far from the origin.

    >>> pairwise_distance(torch.tensor([[0.0, 0.0]]), torch.tensor([[3.0, 4.0], [0.0, 1.0]]))
    tensor([[5., 1.]])
    """
    raise NotImplementedError
