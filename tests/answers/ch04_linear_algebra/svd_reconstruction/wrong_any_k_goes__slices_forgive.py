"""Wrong: a mask keeps the first k values; no k is ever refused."""

import torch


def sigma_full(s, m, n):
    if s.shape != (min(m, n),):
        raise ValueError("wrong number of singular values")
    sigma = torch.zeros(m, n, dtype=s.dtype)
    torch.diagonal(sigma)[:] = s
    return sigma


def reconstruct(u, s, vh):
    return u[:, : len(s)] @ torch.diag(s) @ vh[: len(s)]


def best_rank_k(a, k):
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    return reconstruct(u, torch.where(torch.arange(len(s)) < k, s, torch.zeros_like(s)), vh)


def rank_k_error(a, k):
    s = torch.linalg.svdvals(a)
    return (s * (torch.arange(len(s)) >= k)).norm()
