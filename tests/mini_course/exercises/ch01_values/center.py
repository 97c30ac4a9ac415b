"""Subtracting the mean."""

from __future__ import annotations

from torch import Tensor


def center(x: Tensor, dim: int) -> Tensor:
    """Return ``x`` minus its mean along ``dim``, in the shape of ``x``."""
    raise NotImplementedError
