"""Axes in another order: which number stands where, not only which size."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def swap_last_two(x: torch.Tensor) -> torch.Tensor:
    """Transpose each of the matrices that the last two axes of ``x`` hold.

    Args:
        x: (..., rows, columns), with two axes or more.

    Returns:
        (..., columns, rows).

    >>> swap_last_two(torch.zeros(5, 2, 3)).shape
    torch.Size([5, 3, 2])
    """
    raise NotImplementedError


def inverse_permutation(dims: Sequence[int]) -> tuple[int, ...]:
    """Return the order of axes that undoes ``dims``.

    Args:
        dims: an order of axes as ``permute`` takes it: each of 0 ... n - 1 once. n may be 0.

    Returns:
        The tuple ``inverse`` for which ``x.permute(dims).permute(inverse)`` is ``x`` again.

    Raises:
        ValueError: if ``dims`` does not hold each of 0 ... n - 1 once.

    >>> inverse_permutation((2, 0, 1))
    (1, 2, 0)
    """
    raise NotImplementedError


def permute(x: torch.Tensor, dims: Sequence[int]) -> torch.Tensor:
    """Put the axes of ``x`` into another order, with swaps of two axes only.

    Args:
        x: a tensor of any shape and dtype. Left as it was.
        dims: each of 0 ... x.dim() - 1 once. Axis ``i`` of the result is axis ``dims[i]`` of ``x``.

    Returns:
        The tensor in the new order.

    Raises:
        ValueError: if ``dims`` does not hold each axis of ``x`` once.

    >>> permute(torch.zeros(2, 3, 4), (2, 0, 1)).shape
    torch.Size([4, 2, 3])
    """
    raise NotImplementedError


def to_channels_first(images: torch.Tensor) -> torch.Tensor:
    """Turn images of shape (N, H, W, C) into (N, C, H, W), pixel by pixel the same.

    >>> to_channels_first(torch.zeros(8, 32, 48, 3)).shape
    torch.Size([8, 3, 32, 48])
    """
    raise NotImplementedError


def to_channels_last(images: torch.Tensor) -> torch.Tensor:
    """Turn images of shape (N, C, H, W) into (N, H, W, C), pixel by pixel the same.

    >>> to_channels_last(torch.zeros(8, 3, 32, 48)).shape
    torch.Size([8, 32, 48, 3])
    """
    raise NotImplementedError
