"""Principal components: the directions in which data vary most."""

from __future__ import annotations

import torch


def pca(x: torch.Tensor, k: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Mean, first k components and their variances, by the SVD of the centred data."""
    mean = x.mean(dim=0)
    _, s, vh = torch.linalg.svd(x - mean, full_matrices=False)
    return mean, with_fixed_signs(vh[:k]), s[:k].square() / (len(x) - 1)


def with_fixed_signs(components: torch.Tensor) -> torch.Tensor:
    """Turn each row so that its entry of largest absolute value is positive."""
    largest = components.gather(1, components.abs().argmax(dim=1, keepdim=True))
    return components * largest.sign()


def project(x: torch.Tensor, mean: torch.Tensor, components: torch.Tensor) -> torch.Tensor:
    """The coordinates of each row of ``x`` along the components."""
    return (x - mean) @ components.T


def reconstruct(z: torch.Tensor, mean: torch.Tensor, components: torch.Tensor) -> torch.Tensor:
    """The points that have the coordinates ``z`` along the components."""
    return mean + z @ components


def explained_ratio(x: torch.Tensor, k: int) -> torch.Tensor:
    """The share of the total variance that lies along the first k components."""
    squares = torch.linalg.svdvals(x - x.mean(dim=0)).square()
    return squares[:k].sum() / squares.sum()
