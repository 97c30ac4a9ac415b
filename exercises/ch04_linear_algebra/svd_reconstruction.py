"""SVD: put a matrix together from its factors, and approximate it by one of rank k."""

import torch


def sigma_full(s: torch.Tensor, m: int, n: int) -> torch.Tensor:
    """The m x n matrix with ``s`` on its main diagonal and zeros elsewhere.

    s: shape (min(m, n),), floating point. Returns shape (m, n), the dtype of ``s``.
    Raises ValueError if ``s`` does not have exactly min(m, n) entries.

    >>> sigma_full(torch.tensor([5.0, 3.0]), 2, 3)
    tensor([[5., 0., 0.],
            [0., 3., 0.]])
    """
    raise NotImplementedError


def reconstruct(u: torch.Tensor, s: torch.Tensor, vh: torch.Tensor) -> torch.Tensor:
    """The m x n matrix U Sigma Vh, from factors as `torch.linalg.svd` returns them.

    With r = min(m, n), s has shape (r,), and the other two have
    either shapes (m, r) and (r, n)     (full_matrices=False)
    or     shapes (m, m) and (n, n)     (full_matrices=True).
    Returns shape (m, n), the dtype of the factors. ``u``, ``s`` and ``vh`` are not changed.

    >>> reconstruct(torch.eye(2), torch.tensor([5.0, 3.0]), torch.eye(3))
    tensor([[5., 0., 0.],
            [0., 3., 0.]])
    """
    raise NotImplementedError


def best_rank_k(a: torch.Tensor, k: int) -> torch.Tensor:
    """The matrix of rank at most k that is nearest to ``a`` in the Frobenius norm.

    a: shape (m, n), floating point. Returns shape (m, n), the dtype of ``a``.
    k = 0 gives zeros, k = min(m, n) gives ``a`` again. ``a`` is not changed.
    Raises ValueError unless 0 <= k <= min(m, n).

    >>> best_rank_k(torch.tensor([[3.0, 0.0], [0.0, 4.0]]), 1)
    tensor([[0., 0.],
            [0., 4.]])
    """
    raise NotImplementedError


def rank_k_error(a: torch.Tensor, k: int) -> torch.Tensor:
    """The Frobenius norm of ``a - best_rank_k(a, k)``.

    a: shape (m, n), floating point. Returns a 0-d tensor, the dtype of ``a``. ``a`` is not changed.
    Raises ValueError unless 0 <= k <= min(m, n).

    >>> rank_k_error(torch.tensor([[3.0, 0.0], [0.0, 4.0]]), 1)
    tensor(3.)
    """
    raise NotImplementedError
