"""SVD: put a matrix together from its factors, and approximate it by one of rank k."""

import torch


def sigma_full(s: torch.Tensor, m: int, n: int) -> torch.Tensor:
    r = min(m, n)
    if s.dim() != 1 or s.shape[0] != r:
        raise ValueError(f"expected {r} singular values, got a tensor of shape {tuple(s.shape)}")
    sigma = torch.zeros(m, n, dtype=s.dtype)
    sigma[:r, :r] = torch.diag(s)
    return sigma


def reconstruct(u: torch.Tensor, s: torch.Tensor, vh: torch.Tensor) -> torch.Tensor:
    # full factors: m x m and n x n; reduced ones: r x r in the middle. Both fit like this.
    return u @ sigma_full(s, u.shape[1], vh.shape[0]) @ vh


def best_rank_k(a: torch.Tensor, k: int) -> torch.Tensor:
    if not 0 <= k <= min(a.shape):
        raise ValueError(f"k = {k} is not possible for a matrix of shape {tuple(a.shape)}")
    u, s, vh = torch.linalg.svd(a)
    s[k:] = 0
    return reconstruct(u, s, vh)


def rank_k_error(a: torch.Tensor, k: int) -> torch.Tensor:
    return torch.linalg.norm(a - best_rank_k(a, k))
