"""where: choose entry by entry, and keep the branch not chosen out of the gradient, too."""

from __future__ import annotations

import torch


def choose(condition: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The entry of ``a`` where the condition is true, of ``b`` where it is false."""
    condition, a, b = torch.broadcast_tensors(condition, a, b)
    result = b.clone()
    result[condition] = a[condition]
    return result


def safe_log(x: torch.Tensor) -> torch.Tensor:
    """The logarithm of every positive entry, and 0 for the others."""
    positive = x > 0
    harmless = torch.where(positive, x, 1.0)  # log never sees a bad entry, backward neither
    return torch.where(positive, harmless.log(), 0.0)


def safe_div(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """``a / b``, and 0 where b is 0."""
    zero = b == 0
    return torch.where(zero, 0.0, a / torch.where(zero, 1.0, b))
