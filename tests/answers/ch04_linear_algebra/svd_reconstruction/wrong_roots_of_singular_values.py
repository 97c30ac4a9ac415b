"""Wrong: takes the singular values for squares and puts their roots in; errors are relative."""

import torch


def sigma_full(s, m, n):
    if s.shape != (min(m, n),):
        raise ValueError("wrong number of singular values")
    sigma = torch.zeros(m, n, dtype=s.dtype)
    torch.diagonal(sigma)[:] = s.sqrt()
    return sigma


def reconstruct(u, s, vh):
    return u @ sigma_full(s, u.shape[1], vh.shape[0]) @ vh


def best_rank_k(a, k):
    if not 0 <= k <= min(a.shape):
        raise ValueError("k")
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    s[k:] = 0
    return reconstruct(u, s, vh)


def rank_k_error(a, k):
    if not 0 <= k <= min(a.shape):
        raise ValueError("k")
    s = torch.linalg.svdvals(a)
    return s[k:].norm() / s.norm()
