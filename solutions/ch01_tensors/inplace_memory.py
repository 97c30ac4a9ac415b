"""Results in memory that is there already."""

from __future__ import annotations

import torch


def add_into(y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Add ``x`` to ``y`` in the memory of ``y``."""
    return y.add_(x)


def remember(x: torch.Tensor) -> torch.Tensor:
    """Return what ``x`` holds now, safe from all that is written into ``x`` later."""
    return x.clone()


def swap(a: torch.Tensor, b: torch.Tensor) -> None:
    """Exchange what two tensors hold, in their own memory."""
    old = a.clone()
    a.copy_(b)
    b.copy_(old)


def same_memory(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Tell whether two tensors are views of the same memory."""
    return a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


def blend_into(out: torch.Tensor, a: torch.Tensor, b: torch.Tensor, weight: float) -> torch.Tensor:
    """Write ``a + weight * b`` into ``out``, which may be ``a`` or ``b``."""
    return torch.add(a, b, alpha=weight, out=out)
