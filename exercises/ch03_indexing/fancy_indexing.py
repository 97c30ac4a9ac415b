"""Fancy indexing: tensors of indices pick points or grids, and always copy."""

from __future__ import annotations

import torch

# In every function x is a matrix (H, W) of any dtype, and indices are int64 tensors from -H to
# H - 1 or from -W to W - 1: a negative one counts from the end, as in x[-1].


def pick_points(x: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """One entry for each pair of a row and a column.

    Args:
        x: (H, W).
        rows, columns: of the same shape, whichever it is.

    Returns:
        A tensor of their shape that holds ``x[r, c]`` for the row ``r`` and the column ``c`` that
        stand at the same place.

    >>> x = torch.tensor([[1, 2, 3], [4, 5, 6]])
    >>> pick_points(x, torch.tensor([0, 1]), torch.tensor([2, 0]))
    tensor([3, 4])
    """
    raise NotImplementedError


def pick_grid(x: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """Every entry in which one of the rows meets one of the columns.

    Args:
        x: (H, W).
        rows: (n,), in any order, with repetitions.
        columns: (m,), likewise.

    Returns:
        (n, m): entry (a, b) is ``x[rows[a], columns[b]]``.

    >>> x = torch.tensor([[1, 2, 3], [4, 5, 6]])
    >>> pick_grid(x, torch.tensor([1, 0]), torch.tensor([2, 0]))
    tensor([[6, 4],
            [3, 1]])
    """
    raise NotImplementedError


def anti_diagonal(x: torch.Tensor) -> torch.Tensor:
    """The diagonal from the top right to the bottom left corner of an (n, n) matrix.

    >>> anti_diagonal(torch.tensor([[1, 2], [3, 4]]))
    tensor([2, 3])
    """
    raise NotImplementedError


def scale_rows(x: torch.Tensor, rows: torch.Tensor, factor: float) -> None:
    """Multiply the given rows of ``x`` by ``factor``, in place.

    Args:
        x: (H, W), of a floating-point dtype. It is changed.
        rows: (n,), all different; n may be 0.
        factor: a number.

    >>> x = torch.ones(2, 3)
    >>> scale_rows(x, torch.tensor([1]), 5.0)
    >>> x
    tensor([[1., 1., 1.],
            [5., 5., 5.]])
    """
    raise NotImplementedError


def write_grid(
    x: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor, values: torch.Tensor
) -> None:
    """Write where the rows meet the columns, in place.

    Args:
        x: (H, W). It is changed.
        rows: (n,), all different.
        columns: (m,), all different.
        values: (n, m): entry (a, b) goes to ``x[rows[a], columns[b]]``; or without axes, then this
            one number goes to all these places. The dtype is that of ``x``.

    >>> x = torch.zeros(2, 3)
    >>> write_grid(x, torch.tensor([1]), torch.tensor([2, 0]), torch.tensor([[7.0, 8.0]]))
    >>> x
    tensor([[0., 0., 0.],
            [8., 0., 7.]])
    """
    raise NotImplementedError
