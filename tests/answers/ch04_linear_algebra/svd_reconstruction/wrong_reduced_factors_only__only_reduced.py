"""Wrong: an einsum over r in all three factors, which the full ones do not have."""

import torch


def sigma_full(s, m, n):
    if s.shape != (min(m, n),):
        raise ValueError("wrong number of singular values")
    sigma = torch.zeros(m, n, dtype=s.dtype)
    torch.diagonal(sigma)[:] = s
    return sigma


def reconstruct(u, s, vh):
    middle = torch.diagflat(s)
    return torch.mm(torch.mm(u, middle), vh)


def best_rank_k(a, k):
    if not 0 <= k <= min(a.shape):
        raise ValueError("k")
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    return reconstruct(u[:, :k], s[:k], vh[:k])


def rank_k_error(a, k):
    return torch.linalg.matrix_norm(a - best_rank_k(a, k))
