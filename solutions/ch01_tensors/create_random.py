"""Random numbers of a given distribution, drawn from a given generator."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch


def uniform(
    shape: Sequence[int], low: float, high: float, generator: torch.Generator
) -> torch.Tensor:
    """Draw numbers that are spread evenly over [low, high)."""
    return low + (high - low) * torch.rand(shape, generator=generator)


def integers(shape: Sequence[int], low: int, high: int, generator: torch.Generator) -> torch.Tensor:
    """Draw whole numbers from ``low`` to ``high``, both included."""
    return torch.randint(low, high + 1, shape, generator=generator)


def normal(mean: torch.Tensor, std: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Draw one number for each element, with its own mean and its own standard deviation."""
    return torch.normal(mean.float(), std, generator=generator)


def noisy(x: torch.Tensor, variance: float, generator: torch.Generator) -> torch.Tensor:
    """Add independent normal noise with mean 0 and this variance to every element."""
    return x + math.sqrt(variance) * torch.randn(x.shape, generator=generator)
