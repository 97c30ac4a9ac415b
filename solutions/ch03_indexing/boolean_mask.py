"""Boolean masks: choosing entries by a condition, to read them or to write to them."""

from __future__ import annotations

import torch


def select(x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The entries of x where the mask is true, in one row."""
    x, mask = torch.broadcast_tensors(x, mask)
    return x[mask]


def outliers(x: torch.Tensor, low: float, high: float) -> torch.Tensor:
    """The entries of x that are less than ``low``, or greater than or equal to ``high``."""
    return x[(x < low) | (x >= high)]


def fill_missing(x: torch.Tensor, value: float) -> torch.Tensor:
    """A new tensor in which every nan of x is replaced by ``value``."""
    filled = x.clone()
    filled[x.isnan()] = value
    return filled


def complete_rows(x: torch.Tensor) -> torch.Tensor:
    """The rows of a table without nan."""
    return x[~x.isnan().any(dim=1)]


def prune(w: torch.Tensor, threshold: float) -> None:
    """Set every weight whose absolute value is less than the threshold to 0, in place."""
    w[w.abs() < threshold] = 0
