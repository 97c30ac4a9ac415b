"""Wrong: Sigma is always r x r; everything else avoids it."""

import torch


def sigma_full(s, m, n):
    if s.shape[0] != min(m, n):
        raise ValueError("wrong number of singular values")
    return torch.eye(s.shape[0], dtype=s.dtype) * s


def reconstruct(u, s, vh):
    r = s.shape[0]
    return u[:, :r] @ sigma_full(s, r, r) @ vh[:r]


def best_rank_k(a, k):
    if not 0 <= k <= min(a.shape):
        raise ValueError("k")
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    return reconstruct(u[:, :k], s[:k], vh[:k])


def rank_k_error(a, k):
    return torch.dist(a, best_rank_k(a, k))
