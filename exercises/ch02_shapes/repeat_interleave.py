"""repeat_interleave: each entry as often as its count says, before the next one comes."""

from __future__ import annotations

import torch


def owners(counts: torch.Tensor) -> torch.Tensor:
    """List each number i, as often as counts[i] says.

    Args:
        counts: (n,) int64, none of them negative. n may be 0.

    Returns:
        int64, one axis, with as many entries as the counts add up to, in rising order.

    >>> owners(torch.tensor([2, 0, 3]))
    tensor([0, 0, 2, 2, 2])
    """
    raise NotImplementedError


def repeat_interleave(
    x: torch.Tensor, repeats: int | torch.Tensor, dim: int | None = None
) -> torch.Tensor:
    """Repeat each slice of ``x`` before the next one comes.

    Args:
        x: a tensor of any dtype. Left as it was.
        repeats: how often, at least 0: an int for all, or an int64 tensor with one axis that
            holds a count for each position along ``dim``. A single count in it counts for all.
        dim: an axis of ``x``, a negative one counts from the end. Without ``dim``, ``x`` is
            flattened first, and single entries are repeated.

    Returns:
        A tensor with the dtype of ``x``.

    Raises:
        ValueError: if a count is negative, or if there is neither one count nor one for each
            position.

    >>> repeat_interleave(torch.tensor([[1, 2], [3, 4]]), 2)
    tensor([1, 1, 2, 2, 3, 3, 4, 4])
    >>> repeat_interleave(torch.tensor([[1, 2], [3, 4]]), torch.tensor([1, 2]), dim=0)
    tensor([[1, 2],
            [3, 4],
            [3, 4]])
    """
    raise NotImplementedError
