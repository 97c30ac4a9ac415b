"""Shuffling: one order for features and labels."""

from __future__ import annotations

import torch


def shuffled(
    x: torch.Tensor, y: torch.Tensor, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Put examples into a random order, each with its own label.

    Args:
        x: (n, ...), one row of features (of any shape) per example. Left as it was.
        y: (n, ...), one label per example. Left as it was.
        generator: where all randomness comes from.

    Returns:
        The rows of ``x`` and those of ``y``, in the same random order.

    >>> x, y = shuffled(torch.arange(9), torch.arange(9) + 100, torch.Generator())
    >>> y - x
    tensor([100, 100, 100, 100, 100, 100, 100, 100, 100])
    """
    raise NotImplementedError


def split(
    x: torch.Tensor, y: torch.Tensor, held_out: int, generator: torch.Generator
) -> tuple[tuple[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]:
    """Divide examples at random into those to train with and those held out.

    Args:
        x, y: as for ``shuffled``.
        held_out: how many are held out, 0 to n.
        generator: where all randomness comes from.

    Returns:
        ((x, y) to train with, (x, y) held out): every example is in exactly one of them.

    >>> train, held_out = split(torch.ones(9, 2), torch.ones(9), 3, torch.Generator())
    >>> len(train[0]), len(held_out[1])
    (6, 3)
    """
    raise NotImplementedError


def restored(z: torch.Tensor, order: torch.Tensor) -> torch.Tensor:
    """Undo a shuffle.

    Args:
        z: (n, ...): was made as ``z = x[order]``.
        order: (n,), int64, a permutation of 0 to n - 1.

    Returns:
        ``x``.

    >>> restored(torch.tensor([30, 10, 20]), torch.tensor([2, 0, 1]))
    tensor([10, 20, 30])
    """
    raise NotImplementedError
