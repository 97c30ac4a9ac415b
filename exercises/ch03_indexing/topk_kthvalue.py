"""topk and kthvalue: the largest entries and the k-th smallest one, and where they stand."""

from __future__ import annotations

import torch


def topk(
    x: torch.Tensor, k: int, dim: int = -1, largest: bool = True
) -> tuple[torch.Tensor, torch.Tensor]:
    """The k largest entries along an axis, or the k smallest, and their places.

    Args:
        x: float or int64, with at least one axis, without equal entries along ``dim``.
        k: how many, from 1 to the size of x along ``dim``.
        dim: an axis of x; a negative one counts from the end.
        largest: whether to look for the largest or for the smallest.

    Returns:
        (values, indices), both like x, but of size k along ``dim``. The values are in order, from
        the largest down, or from the smallest up. The indices (int64) tell where along ``dim`` the
        values stand in x.

    Raises:
        ValueError: if k is less than 1 or greater than the size.

    >>> topk(torch.tensor([4, 9, 1, 7]), 2)
    (tensor([9, 7]), tensor([1, 3]))
    """
    raise NotImplementedError


def kthvalue(x: torch.Tensor, k: int, dim: int = -1) -> tuple[torch.Tensor, torch.Tensor]:
    """The k-th smallest entry along an axis, counted from 1, and its place.

    Args:
        x, dim: as in ``topk``.
        k: 1 for the smallest, 2 for the one after it, up to the size of x along ``dim``.

    Returns:
        (values, indices), both like x, but without the axis ``dim``.

    Raises:
        ValueError: if k is less than 1 or greater than the size.

    >>> kthvalue(torch.tensor([4, 9, 1, 7]), 2)
    (tensor(4), tensor(0))
    """
    raise NotImplementedError


def hit_at_k(scores: torch.Tensor, y: torch.Tensor, k: int) -> float:
    """The share of examples whose label is among the k classes with the largest scores.

    Args:
        scores: (n, classes), without equal scores in a row; n is at least 1.
        y: (n,) int64, the labels.
        k: from 1 to classes.

    Returns:
        A number from 0 to 1.

    >>> scores = torch.tensor([[0.1, 0.6, 0.3], [0.5, 0.3, 0.2], [0.2, 0.7, 0.1]])
    >>> hit_at_k(scores, torch.tensor([2, 0, 2]), 2)
    0.6666666666666666
    """
    raise NotImplementedError
