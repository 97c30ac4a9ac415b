"""Principal components: the directions in which data vary most."""

from __future__ import annotations

import torch


def pca(x: torch.Tensor, k: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Mean, first k components and their variances, by the SVD of the centred data.

    x: shape (n, d), one example in each row, n >= 2, float32 or float64; not changed.
    1 <= k <= min(n, d).
    Returns (mean, components, variances): shapes (d,), (k, d) and (k,), the dtype of ``x``.
    Components have length 1, variances fall and are those of a sample (n - 1). The signs are as
    `with_fixed_signs` makes them.

    >>> mean, components, variances = pca(torch.tensor([[0.0, 1.0], [2.0, 1.0], [4.0, 1.0]]), 1)
    >>> mean, round(float(variances[0]), 4)
    (tensor([2., 1.]), 4.0)
    """
    raise NotImplementedError


def with_fixed_signs(components: torch.Tensor) -> torch.Tensor:
    """Turn each row so that its entry of largest absolute value is positive.

    components: shape (k, d), no row is 0. It is not changed. Returns the same shape and dtype.

    >>> with_fixed_signs(torch.tensor([[0.6, -0.8], [0.8, 0.6]]))
    tensor([[-0.6000,  0.8000],
            [ 0.8000,  0.6000]])
    """
    raise NotImplementedError


def project(x: torch.Tensor, mean: torch.Tensor, components: torch.Tensor) -> torch.Tensor:
    """The coordinates of each row of ``x`` along the components.

    x: (n, d), mean: (d,), components: (k, d). Returns (n, k), measured from the mean.

    >>> project(torch.tensor([[5.0, 1.0]]), torch.tensor([2.0, 1.0]), torch.tensor([[1.0, 0.0]]))
    tensor([[3.]])
    """
    raise NotImplementedError


def reconstruct(z: torch.Tensor, mean: torch.Tensor, components: torch.Tensor) -> torch.Tensor:
    """The points that have the coordinates ``z`` along the components.

    z: (n, k), mean: (d,), components: (k, d). Returns (n, d).

    >>> reconstruct(torch.tensor([[3.0]]), torch.tensor([2.0, 1.0]), torch.tensor([[1.0, 0.0]]))
    tensor([[5., 1.]])
    """
    raise NotImplementedError


def explained_ratio(x: torch.Tensor, k: int) -> torch.Tensor:
    """The share of the total variance that lies along the first k components.

    x and k: as in `pca`; the rows of x are not all equal. Returns a number from 0 to 1: a 0-d
    tensor or a Python number.

    >>> x = torch.tensor([[0.0, 0.0], [4.0, 0.0], [2.0, 1.0], [2.0, -1.0]])
    >>> round(float(explained_ratio(x, 1)), 4)
    0.8
    """
    raise NotImplementedError
