"""Random numbers of a given distribution, drawn from a given generator."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def uniform(
    shape: Sequence[int], low: float, high: float, generator: torch.Generator
) -> torch.Tensor:
    """Draw numbers that are spread evenly over [low, high).

    Args:
        shape: of the result.
        low, high: the limits, ``low < high``.
        generator: where all randomness comes from.

    Returns:
        A float32 tensor of shape ``shape``.

    >>> uniform((2, 3), -1.0, 1.0, torch.Generator()).shape
    torch.Size([2, 3])
    """
    raise NotImplementedError


def integers(shape: Sequence[int], low: int, high: int, generator: torch.Generator) -> torch.Tensor:
    """Draw whole numbers from ``low`` to ``high``, **both included**, all equally likely.

    Args:
        shape: of the result.
        low, high: the smallest and the largest number, ``low <= high``.
        generator: where all randomness comes from.

    Returns:
        An int64 tensor of shape ``shape``.

    >>> integers((3,), 5, 5, torch.Generator())
    tensor([5, 5, 5])
    """
    raise NotImplementedError


def normal(mean: torch.Tensor, std: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Draw one number for each element, with its own mean and its own standard deviation.

    Args:
        mean: of any shape; float32 or int64.
        std: standard deviations, not variances: float32, the shape of ``mean``, 0 or more.
        generator: where all randomness comes from.

    Returns:
        A float32 tensor of the shape of ``mean``.

    >>> normal(torch.tensor([3, 7]), torch.zeros(2), torch.Generator())
    tensor([3., 7.])
    """
    raise NotImplementedError


def noisy(x: torch.Tensor, variance: float, generator: torch.Generator) -> torch.Tensor:
    """Add independent normal noise with mean 0 and this **variance** to every element.

    Args:
        x: float32 of any shape. Left as it was.
        variance: 0 or more.
        generator: where all randomness comes from.

    Returns:
        A new float32 tensor of the shape of ``x``.

    >>> noisy(torch.tensor([1.0, 2.0]), 0.0, torch.Generator())
    tensor([1., 2.])
    """
    raise NotImplementedError
