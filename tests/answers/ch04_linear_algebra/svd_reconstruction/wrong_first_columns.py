"""Wrong: keeps the first k columns of the matrix. Of rank k, but not the nearest."""

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
    if not 0 <= k <= min(a.shape):
        raise ValueError("k")
    b = a.clone()
    b[:, k:] = 0
    return b


def rank_k_error(a, k):
    return torch.linalg.matrix_norm(a - best_rank_k(a, k))
