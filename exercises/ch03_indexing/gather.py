"""gather: every entry of the index says where to read along one axis."""

from __future__ import annotations

import torch


def gather(x: torch.Tensor, dim: int, index: torch.Tensor) -> torch.Tensor:
    """Read ``x`` at the positions that ``index`` gives along axis ``dim``.

    The result at a position equals ``x`` at the same position, except that coordinate number
    ``dim`` is replaced by the entry of ``index`` there. For three axes and ``dim=1``:
    ``result[i, j, k] = x[i, index[i, j, k], k]``.

    Args:
        x: a tensor of any dtype with at least one axis. Left as it was.
        dim: an axis of ``x``; a negative one counts from the end.
        index: int64, with as many axes as ``x``. Along ``dim`` it may have any size, along
            every other axis at most the size of ``x``. Sizes may be 0. Left as it was.

    Returns:
        A tensor with the shape of ``index`` and the dtype of ``x``.

    Raises:
        ValueError: if ``index`` has another number of axes than ``x``, or if it is larger than
            ``x`` on an axis other than ``dim``.
        IndexError: if an entry of ``index`` is negative or at least ``x.shape[dim]``.

    >>> gather(torch.tensor([[1, 2], [3, 4]]), 1, torch.tensor([[1, 1, 0]]))
    tensor([[2, 2, 1]])
    """
    raise NotImplementedError


def look_up_labels(labels: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    """Replace every class number in ``index`` by its label.

    Args:
        labels: (classes,) of any dtype; ``labels[c]`` is the label of class ``c``.
        index: int64 of any shape, 0-d included; entries from 0 to classes - 1.

    Returns:
        A tensor with the shape of ``index`` and the dtype of ``labels``.

    >>> look_up_labels(torch.tensor([30, 10, 20]), torch.tensor([[2, 0], [0, 1]]))
    tensor([[20, 30], [30, 10]])
    """
    raise NotImplementedError


def pick(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Pick from every row of ``p`` the entry of that row's class.

    Args:
        p: (n, classes) of any dtype, one row of scores per example; n may be 0.
        y: (n,) int64, the class of every example; entries from 0 to classes - 1.

    Returns:
        (n,), dtype of ``p``: entry ``i`` is ``p[i, y[i]]``.

    >>> pick(torch.tensor([[0.9, 0.1], [0.3, 0.7]]), torch.tensor([1, 1]))
    tensor([0.1000, 0.7000])
    """
    raise NotImplementedError
