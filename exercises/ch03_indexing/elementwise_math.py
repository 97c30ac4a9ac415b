"""Elementwise arithmetic: new tensors, writes in place, and the matrix product apart."""

from __future__ import annotations

import torch


def add_scaled(x: torch.Tensor, y: torch.Tensor, alpha: float) -> torch.Tensor:
    """Return ``x + alpha * y`` as a new tensor; shapes are broadcast. ``x`` and ``y`` stay.

    >>> add_scaled(torch.tensor([1.0, 2.0]), torch.tensor([10.0, 20.0]), 0.5)
    tensor([ 6., 12.])
    """
    raise NotImplementedError


def accumulate(total: torch.Tensor, x: torch.Tensor) -> None:
    """Add ``x`` to ``total`` in place: the memory of ``total`` holds the sum afterwards.

    Args:
        total: a float tensor. If it requires grad it is a leaf, and then it still is one that
            requires grad afterwards; the addition isn't recorded.
        x: of the same dtype, of a shape that broadcasts to that of ``total``. Left as it was.

    >>> total = torch.tensor([1.0, 2.0])
    >>> accumulate(total, torch.tensor([10.0, 20.0]))
    >>> total
    tensor([11., 22.])
    """
    raise NotImplementedError


def both_products(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the elementwise (Hadamard) product and the matrix product of two (n, n) matrices.

    >>> both_products(torch.tensor([[1, 2], [3, 4]]), torch.tensor([[0, 1], [1, 0]]))
    (tensor([[0, 2],
            [3, 0]]), tensor([[2, 1],
            [4, 3]]))
    """
    raise NotImplementedError


def reciprocal(x: torch.Tensor) -> torch.Tensor:
    """Return 1/x of every element.

    Args:
        x: float or int64. The result of a float dtype has this dtype, that of int64 is float32.
            1/0 is inf.

    >>> reciprocal(torch.tensor([2, 4, 8]))
    tensor([0.5000, 0.2500, 0.1250])
    """
    raise NotImplementedError


def rsqrt(x: torch.Tensor) -> torch.Tensor:
    """Return 1/sqrt(x) of every element: inf for 0, nan for negative numbers. dtypes as above.

    >>> rsqrt(torch.tensor([4.0, 16.0, 0.25]))
    tensor([0.5000, 0.2500, 2.0000])
    """
    raise NotImplementedError


def rms_norm(x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
    """Divide every vector by its root mean square, and multiply it elementwise by the weight.

    Args:
        x: (..., d) of a float dtype, vectors along the last axis.
        weight: (d,) of the same dtype.
        eps: a number that is added to the mean of the squares, under the root.

    Returns:
        (..., d): ``weight * x / sqrt(mean of x**2 along the last axis + eps)``.

    >>> rms_norm(torch.tensor([[3.0, 4.0], [-6.0, 8.0]]), torch.tensor([1.0, 10.0]), 0.0)
    tensor([[ 0.8485, 11.3137],
            [-0.8485, 11.3137]])
    """
    raise NotImplementedError


def gaussian(x: torch.Tensor, mean: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
    """The density of the normal distribution at x.

    It is ``exp(-(x - mean)**2 / (2 std**2)) / (std sqrt(2 pi))``.

    Args:
        x, mean, std: of the same float dtype, with shapes that broadcast together. ``std`` is the
            standard deviation, positive.

    >>> gaussian(torch.tensor([0.0, 1.0]), torch.tensor(0.0), torch.tensor(1.0))
    tensor([0.3989, 0.2420])
    """
    raise NotImplementedError
