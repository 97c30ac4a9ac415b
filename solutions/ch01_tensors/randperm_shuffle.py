"""Shuffling: one order for features and labels."""

from __future__ import annotations

import torch


def shuffled(
    x: torch.Tensor, y: torch.Tensor, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Put examples into a random order, each with its own label."""
    order = torch.randperm(len(x), generator=generator)
    return x[order], y[order]


def split(
    x: torch.Tensor, y: torch.Tensor, held_out: int, generator: torch.Generator
) -> tuple[tuple[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]:
    """Divide examples at random into those to train with and those held out."""
    x, y = shuffled(x, y, generator)
    train = len(x) - held_out
    return (x[:train], y[:train]), (x[train:], y[train:])


def restored(z: torch.Tensor, order: torch.Tensor) -> torch.Tensor:
    """Undo a shuffle."""
    x = torch.empty_like(z)
    x[order] = z
    return x
