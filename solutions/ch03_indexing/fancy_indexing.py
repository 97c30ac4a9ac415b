"""Fancy indexing: tensors of indices pick points or grids, and always copy."""

from __future__ import annotations

import torch


def pick_points(x: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """One entry for each pair of a row and a column."""
    return x[rows, columns]


def pick_grid(x: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """Every entry in which one of the rows meets one of the columns."""
    return x[rows[:, None], columns]


def anti_diagonal(x: torch.Tensor) -> torch.Tensor:
    """The diagonal from the top right to the bottom left corner of an (n, n) matrix."""
    i = torch.arange(len(x), device=x.device)
    return x[i, -1 - i]


def scale_rows(x: torch.Tensor, rows: torch.Tensor, factor: float) -> None:
    """Multiply the given rows of ``x`` by ``factor``, in place."""
    x[rows] *= factor


def write_grid(
    x: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor, values: torch.Tensor
) -> None:
    """Write where the rows meet the columns, in place."""
    x[rows[:, None], columns] = values
