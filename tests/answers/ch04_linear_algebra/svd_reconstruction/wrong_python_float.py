"""SVD: put a matrix together from its factors, and approximate it by one of rank k."""

import torch


def sigma_full(s: torch.Tensor, m: int, n: int) -> torch.Tensor:
    """The m x n matrix with ``s`` on its main diagonal and zeros elsewhere."""
    if s.shape != (min(m, n),):
        raise ValueError(f"a {m} x {n} matrix has {min(m, n)} singular values, not {s.shape}")
    sigma = s.new_zeros(m, n)
    sigma.diagonal().copy_(s)
    return sigma


def reconstruct(u: torch.Tensor, s: torch.Tensor, vh: torch.Tensor) -> torch.Tensor:
    """The m x n matrix U Sigma Vh, from factors as `torch.linalg.svd` returns them."""
    # Columns of U and rows of Vh beyond the r-th meet only zeros of Sigma, so both kinds of
    # factors come to the same sum of r terms, and Sigma need not be built at all.
    r = s.numel()
    return (u[:, :r] * s) @ vh[:r]


def best_rank_k(a: torch.Tensor, k: int) -> torch.Tensor:
    """The matrix of rank at most k that is nearest to ``a`` in the Frobenius norm."""
    _check_rank(a, k)
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    return (u[:, :k] * s[:k]) @ vh[:k]


def rank_k_error(a: torch.Tensor, k: int) -> torch.Tensor:
    """The Frobenius norm of ``a - best_rank_k(a, k)``."""
    _check_rank(a, k)
    # The squared Frobenius norm is the sum of the squared singular values (Eckart and Young,
    # 1936), and those of the difference are the ones that were dropped.
    return torch.linalg.svdvals(a)[k:].square().sum().sqrt()


def _check_rank(a: torch.Tensor, k: int) -> None:
    if not 0 <= k <= min(a.shape):
        raise ValueError(f"k must be between 0 and {min(a.shape)}, not {k}")


def rank_k_error(a, k):
    return float(((a - best_rank_k(a, k)) ** 2).sum() ** 0.5)
